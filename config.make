# Flags for our objects alone: nginx compiles everything with $(CC), and its own C files know no
# -std=c++23. DATAACTION_CFLAGS is for sanitizers and coverage.

for dataaction_src in $dataaction_srcs; do
    dataaction_obj=`basename $dataaction_src .cpp`
    dataaction_dir=`dirname $dataaction_src`
    dataaction_dir=`basename $dataaction_dir`
    cat << END >> $NGX_MAKEFILE

$NGX_OBJS/addon/$dataaction_dir/$dataaction_obj.o: CFLAGS += -std=c++23 -fvisibility=hidden -O2 $DATAACTION_CFLAGS
END
done
