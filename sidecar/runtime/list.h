// An intrusive doubly linked list: no memory, removal in constant time from the middle.
//
// A type joins lists by deriving from ListNode<Tag>, once for each list it can be in at a time. The
// list owns nothing; an element leaves its list when it is destroyed.

#pragma once

#include <cstddef>

namespace dataaction {

template <typename Tag>
class ListNode {
 public:
  ListNode() = default;
  ListNode(const ListNode&) = delete;
  ListNode& operator=(const ListNode&) = delete;
  ~ListNode() { unlink(); }

  bool linked() const { return next_ != this; }

  void unlink() noexcept {
    previous_->next_ = next_;
    next_->previous_ = previous_;
    previous_ = next_ = this;
  }

 private:
  template <typename T, typename U>
  friend class List;

  ListNode* previous_ = this;
  ListNode* next_ = this;
};

template <typename T, typename Tag>
class List {
 public:
  bool empty() const { return !head_.linked(); }

  void push_back(T& element) noexcept {
    ListNode<Tag>& node = element;
    node.previous_ = head_.previous_;
    node.next_ = &head_;
    head_.previous_->next_ = &node;
    head_.previous_ = &node;
  }

  // nullptr when empty.
  T* pop_front() noexcept {
    if (empty()) return nullptr;
    ListNode<Tag>* node = head_.next_;
    node->unlink();
    return static_cast<T*>(node);
  }

  // Takes all elements of `other`; this list must be empty.
  void take(List& other) noexcept {
    if (other.empty()) return;
    head_.next_ = other.head_.next_;
    head_.previous_ = other.head_.previous_;
    head_.next_->previous_ = &head_;
    head_.previous_->next_ = &head_;
    other.head_.previous_ = other.head_.next_ = &other.head_;
  }

 private:
  ListNode<Tag> head_;
};

}  // namespace dataaction
