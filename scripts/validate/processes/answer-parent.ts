import '../../local-aws/die-with-parent.ts';

/** The one argument of the process, as its parent gave it. */
export function readArgument(): unknown {
  return JSON.parse(process.argv[2] ?? 'null');
}

/** Tells the parent that the process is ready, and then answers each of its questions. */
export function answerParent(greeting: unknown, answer: (question: unknown) => unknown): void {
  process.channel?.ref();
  process.on('message', async (question) => process.send?.(await answer(question)));
  process.send?.(greeting);
}
