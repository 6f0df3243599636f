/* The floor of an event: write + fdatasync, N times.  usage: append FILE N BYTES */
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

int main(int argc, char **argv) {
  if (argc != 4) return 2;
  int fd = open(argv[1], O_WRONLY | O_CREAT | O_APPEND, 0600), n = atoi(argv[2]), bytes = atoi(argv[3]);
  char *line = malloc(bytes);
  if (fd < 0 || !line) return 1;
  memset(line, 'x', bytes);
  while (n-- > 0)
    if (write(fd, line, bytes) != bytes || fdatasync(fd)) return 1;
  return 0;
}
