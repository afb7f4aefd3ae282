"""What the module costs an nginx that does not use it: instructions for a `return 200`, counted by callgrind."""

import concurrent.futures
import http.client
import re
import signal
import subprocess

from rounds import Row
from servers import BUILD, NGINX, free_port, listens, wait_for

FEW, MANY = 200, 2200
REPEATS = 3

# What malloc() costs depends on what the start left in its bins, 2 % of a request either way: libc is not counted.
COUNTED = re.compile(r"^\s*([\d,]+) .*:.*\[(?!.*/(?:libc|ld-linux)[^/]*\])", re.M)

CONF = """
{load}
daemon off; master_process off;
pid {dir}/pid; error_log {dir}/log warn;
events {{ worker_connections 64; }}
http {{
    access_log off; keepalive_requests 100000;
    client_body_temp_path {dir}/body; proxy_temp_path {dir}/proxy; fastcgi_temp_path {dir}/fastcgi;
    uwsgi_temp_path {dir}/uwsgi; scgi_temp_path {dir}/scgi;
    server {{ listen 127.0.0.1:{port}; location = /return {{ return 200 "[]"; }} }}
}}
"""


def instructions(directory, load, requests):
    """Of a whole run of nginx that answers so many requests."""
    directory.mkdir()
    port = free_port()
    (directory / "conf").write_text(CONF.format(load=load, dir=directory, port=port))
    server = subprocess.Popen(["valgrind", "--tool=callgrind", f"--callgrind-out-file={directory}/out",
                               NGINX, "-c", directory / "conf", "-e", directory / "log"],
                              stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        wait_for(lambda: listens(port), "nginx under callgrind")
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        for _ in range(requests):
            connection.request("GET", "/return")
            connection.getresponse().read()
        connection.close()
        stop(server, port)
    finally:
        server.kill()
        server.wait()
    functions = subprocess.run(["callgrind_annotate", "--threshold=100", directory / "out"],
                               capture_output=True, text=True, check=True).stdout
    return sum(int(count.replace(",", "")) for count in COUNTED.findall(functions))


def stop(server, port):
    """A signal that comes just before nginx waits is seen at its next event."""
    def gone():
        server.send_signal(signal.SIGTERM)
        listens(port)
        return server.poll() is not None
    wait_for(gone, "the end of nginx under callgrind")


def unused(servers):
    loads = ("", f"load_module {BUILD / 'ngx_http_dataaction_module.so'};")
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        jobs = {(repeat, load, requests): pool.submit(
                    instructions, servers.dir / f"callgrind-{repeat}-{bool(load)}-{requests}", load, requests)
                for repeat in range(REPEATS) for load in loads for requests in (FEW, MANY)}
        runs = {key: job.result() for key, job in jobs.items()}

    def each(repeat, load):  # what start and end cost falls out
        return (runs[repeat, load, MANY] - runs[repeat, load, FEW]) / (MANY - FEW)

    without, loaded = ([each(repeat, load) for repeat in range(REPEATS)] for load in loads)
    yield Row("module unused: instructions, %", f"{min(loaded):.0f} a request", f"{min(without):.0f} without it",
              [100 * (b - a) / a for a, b in zip(without, loaded)], 0.5, at_most=True)
