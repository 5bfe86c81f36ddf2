/** One kind of question: what is sent with it, and what comes back. Both are cloned on their way. */
export interface Question {
  readonly asked: unknown;
  readonly answer: unknown;
}

export type Questions<Names extends string = string> = { readonly [Name in Names]: Question };

export type Answers<Mine extends Questions<keyof Mine & string>> = {
  readonly [Name in keyof Mine]: (asked: Mine[Name]['asked']) => Promise<Mine[Name]['answer']>;
};

export interface Partner<Theirs extends Questions<keyof Theirs & string>> {
  /**
   * Null waits for as long as the other lives.
   * @throws {Error} with the other's message; when it has gone, or did not answer in time.
   */
  ask<Name extends keyof Theirs & string>(
    name: Name,
    asked: Theirs[Name]['asked'],
    limitMs: number | null,
  ): Promise<Theirs[Name]['answer']>;
}

/** Either end of an IPC channel: `process`, or a child of it. */
interface Channel {
  send?(message: Message, onSent: (error: Error | null) => void): boolean;
  on(event: 'message', listener: (message: unknown) => void): unknown;
  once(event: 'disconnect', listener: () => void): unknown;
}

type Message =
  | { readonly kind: 'question'; readonly id: number; readonly name: string; readonly asked: unknown }
  | { readonly kind: 'answer'; readonly id: number; readonly answer: unknown }
  | { readonly kind: 'refusal'; readonly id: number; readonly reason: string };

type AnyAnswers = Readonly<Record<string, (asked: unknown) => Promise<unknown>>>;

/** Lets two processes ask each other questions. */
export function createPartner<
  Theirs extends Questions<keyof Theirs & string>,
  Mine extends Questions<keyof Mine & string>,
>(channel: Channel, answers: Answers<Mine>): Partner<Theirs> {
  const waiting = new Map<number, PromiseWithResolvers<unknown>>();
  let lastId = 0;

  async function answer(id: number, name: string, asked: unknown): Promise<Message> {
    try {
      const find = (answers as unknown as AnyAnswers)[name];
      if (!find) throw new Error(`There is no question "${name}".`);
      return { kind: 'answer', id, answer: await find(asked) };
    } catch (error) {
      return { kind: 'refusal', id, reason: error instanceof Error ? error.message : String(error) };
    }
  }

  channel.on('message', (received) => {
    const message = received as Message;
    if (message.kind === 'question') {
      // Whoever has gone meanwhile needs no answer.
      void answer(message.id, message.name, message.asked).then((reply) => channel.send?.(reply, () => {}));
    } else if (message.kind === 'answer') {
      waiting.get(message.id)?.resolve(message.answer);
    } else if (message.kind === 'refusal') {
      waiting.get(message.id)?.reject(new Error(message.reason));
    }
  });
  channel.once('disconnect', () => {
    for (const { reject } of waiting.values()) reject(new Error('The process that was asked has gone.'));
  });

  return {
    async ask(name, asked, limitMs) {
      lastId += 1;
      const id = lastId;
      const pending = Promise.withResolvers<unknown>();
      waiting.set(id, pending);
      const late = () => pending.reject(new Error(`A process did not answer "${name}" within ${limitMs} ms.`));
      const timer = limitMs === null ? undefined : setTimeout(late, limitMs);
      channel.send?.({ kind: 'question', id, name, asked }, (error) => {
        if (error) pending.reject(error);
      });
      try {
        return await pending.promise;
      } finally {
        clearTimeout(timer);
        waiting.delete(id);
      }
    },
  };
}
