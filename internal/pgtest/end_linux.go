package pgtest

import "syscall"

// endWithUs makes the system end the server when this process is killed.
func endWithUs(attr *syscall.SysProcAttr) { attr.Pdeathsig = syscall.SIGQUIT }
