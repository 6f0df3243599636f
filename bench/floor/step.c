/* The floor of a durable step: write + fdatasync, posix_spawn of `true`, write + fdatasync; N times.
 * usage: step FILE N BYTES */
#include <fcntl.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

int main(int argc, char **argv) {
  if (argc != 4) return 2;
  int fd = open(argv[1], O_WRONLY | O_CREAT | O_APPEND, 0600), n = atoi(argv[2]), bytes = atoi(argv[3]);
  char *line = malloc(bytes), *child[] = {"true", NULL};
  if (fd < 0 || !line) return 1;
  memset(line, 'x', bytes);
  while (n-- > 0) {
    pid_t pid;
    int status;
    if (write(fd, line, bytes) != bytes || fdatasync(fd)) return 1;
    if (posix_spawnp(&pid, "true", NULL, NULL, child, environ) || waitpid(pid, &status, 0) != pid) return 1;
    if (write(fd, line, bytes) != bytes || fdatasync(fd)) return 1;
  }
  return 0;
}
