const lookMs = 500;

/**
 * npm passes a signal on to the shell between it and its command, and some shells end by it without a word to the
 * command. A command that npm started therefore takes the end of its parent for a hangup (SIGHUP).
 */
export function hangUpWithParent() {
  const parent = process.ppid;
  const timer = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(timer);
    process.kill(process.pid, 'SIGHUP');
  }, lookMs);
  timer.unref();
}
