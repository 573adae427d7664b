/* serve.h - the life of the process that COM started. */
#ifndef OB_SERVE_H
#define OB_SERVE_H

/* Serves until nothing needs the broker any more, or it is told to stop. Returns the process's exit code. */
int serve(void);

#endif
