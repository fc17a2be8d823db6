/*
 * The least that a program in C spends on a WebSocket broadcast: N connections on one epoll, frames of server messages parsed
 * (RFC 6455 §5.2) and counted, their payload looked at no further. Plain Linux, no library; `npm run bench:self` compiles it.
 *
 *   reader PORT COUNT HEAD
 *
 * connects COUNT times to 127.0.0.1, sends HEAD (a whole upgrade request) on each and prints "ready" when all are upgraded. For
 * each line on standard input it prints "MESSAGES CPU_US" since its start; it ends with its standard input.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

enum part { HANDSHAKE, HEADER, PAYLOAD };

struct connection {
  int fd;
  enum part part;
  int have;                 /* of the head's end that is looked for, or of the frame's header */
  unsigned char header[10]; /* the longest of an unmasked frame */
  uint64_t left;            /* of the payload */
};

static unsigned long long messages;
static int upgraded;

static void fail(const char *what) {
  perror(what);
  exit(1);
}

/* Octets of a header, known from its second one on: servers do not mask. */
static int header_size(const unsigned char *header) {
  int length = header[1] & 0x7f;
  return length == 126 ? 4 : length == 127 ? 10 : 2;
}

static uint64_t payload_size(const unsigned char *header) {
  int size = header_size(header);
  if (size == 2) return header[1] & 0x7f;
  uint64_t length = 0;
  for (int i = 2; i < size; i++) length = length << 8 | header[i];
  return length;
}

/* The last frame of a text or binary message, RFC 6455 §5.4. */
static int ends_message(const unsigned char *header) {
  return (header[0] & 0x80) != 0 && (header[0] & 0x0f) <= 2;
}

static void frame_over(struct connection *c) {
  if (ends_message(c->header)) messages++;
  c->part = HEADER;
  c->have = 0;
}

static void parse(struct connection *c, const unsigned char *data, ssize_t size) {
  static const char END[] = "\r\n\r\n";
  for (ssize_t at = 0; at < size;) {
    if (c->part == HANDSHAKE) {
      c->have = data[at] == END[c->have] ? c->have + 1 : data[at] == '\r';
      at++;
      if (c->have < 4) continue;
      c->part = HEADER;
      c->have = 0;
      upgraded++;
    } else if (c->part == HEADER) {
      c->header[c->have++] = data[at++];
      if (c->have < 2 || c->have < header_size(c->header)) continue;
      c->left = payload_size(c->header);
      c->part = PAYLOAD;
      if (c->left == 0) frame_over(c);
    } else {
      uint64_t here = (uint64_t)(size - at) < c->left ? (uint64_t)(size - at) : c->left;
      c->left -= here;
      at += (ssize_t)here;
      if (c->left == 0) frame_over(c);
    }
  }
}

static void open_connection(struct connection *c, int port, const char *head) {
  struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
  int on = 1;
  to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  c->fd = socket(AF_INET, SOCK_STREAM, 0);
  if (c->fd < 0 || connect(c->fd, (struct sockaddr *)&to, sizeof to) < 0) fail("connect");
  setsockopt(c->fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  if (write(c->fd, head, strlen(head)) != (ssize_t)strlen(head)) fail("write");
  fcntl(c->fd, F_SETFL, O_NONBLOCK);
}

static void report(void) {
  struct rusage used;
  getrusage(RUSAGE_SELF, &used);
  long long us = (used.ru_utime.tv_sec + used.ru_stime.tv_sec) * 1000000LL + used.ru_utime.tv_usec + used.ru_stime.tv_usec;
  printf("%llu %lld\n", messages, us);
  fflush(stdout);
}

static void watch(int epoll, int fd, void *of) {
  struct epoll_event event = {.events = EPOLLIN, .data.ptr = of};
  if (epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event) < 0) fail("epoll_ctl");
}

int main(int argc, char **argv) {
  static unsigned char data[65536];
  struct epoll_event events[256];
  if (argc != 4) return 2;
  int count = atoi(argv[2]), announced = 0, epoll = epoll_create1(0);
  struct connection *all = calloc((size_t)count, sizeof *all);
  if (all == NULL || epoll < 0) fail("start");
  watch(epoll, STDIN_FILENO, NULL);
  for (int i = 0; i < count; i++) {
    open_connection(&all[i], atoi(argv[1]), argv[3]);
    watch(epoll, all[i].fd, &all[i]);
  }
  for (;;) {
    int ready = epoll_wait(epoll, events, 256, -1);
    for (int i = 0; i < ready; i++) {
      struct connection *c = events[i].data.ptr;
      ssize_t size = read(c == NULL ? STDIN_FILENO : c->fd, data, sizeof data);
      if (size < 0 && (errno == EAGAIN || errno == EINTR)) continue;
      if (size <= 0) return c == NULL ? 0 : 1;
      if (c == NULL) report();
      else parse(c, data, size);
    }
    if (!announced && upgraded == count) announced = puts("ready") >= 0 && fflush(stdout) == 0;
  }
}
