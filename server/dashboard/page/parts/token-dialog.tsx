import { type ComponentChildren, createContext } from 'preact';
import { useContext, useEffect, useRef, useState } from 'preact/hooks';
import { ApiError } from '../http/api.ts';
import { keepToken } from '../http/token.ts';
import { Notice } from './notice.tsx';

interface Question {
  readonly answer: (token: string | null) => void;
  /** Whether one was given just now that the service does not take. */
  readonly wasRefused: boolean;
}

type WithToken = <Answer>(act: () => Promise<Answer>) => Promise<Answer>;

const TokenContext = createContext<WithToken>((act) => act());

/** Runs what may need the trigger token: asks for it when the service refuses, and tries once more. */
export function useToken(): WithToken {
  return useContext(TokenContext);
}

export function TokenProvider({ children }: { children: ComponentChildren }) {
  const [question, setQuestion] = useState<Question | null>(null);
  const withToken: WithToken = async (act) => {
    for (let wasRefused = false; ; wasRefused = true) {
      try {
        return await act();
      } catch (error) {
        if (!(error instanceof ApiError) || error.status !== 401) throw error;
        const token = await new Promise<string | null>((answer) => setQuestion({ answer, wasRefused }));
        setQuestion(null);
        if (token === null) throw error;
        keepToken(token);
      }
    }
  };
  return (
    <TokenContext.Provider value={withToken}>
      {children}
      {question ? <TokenDialog {...question} /> : null}
    </TokenContext.Provider>
  );
}

function TokenDialog({ answer, wasRefused }: Question) {
  const dialog = useRef<HTMLDialogElement>(null);
  const [text, setText] = useState('');
  useEffect(() => dialog.current?.showModal(), []);
  return (
    <dialog ref={dialog} aria-labelledby="token-title" onCancel={() => answer(null)}>
      <form
        method="dialog"
        onSubmit={(event) => {
          event.preventDefault();
          answer(text.trim());
        }}
      >
        <h2 id="token-title">Trigger token</h2>
        <p>
          This service starts and cancels runs for those who know its TRIGGER_TOKEN. It is kept in this tab
          only.
        </p>
        {wasRefused ? (
          <Notice kind="bad" title="The token was refused." isAlert>
            It is not the one that this service was started with.
          </Notice>
        ) : null}
        <label class="field">
          <span>Token</span>
          <input
            type="password"
            autocomplete="off"
            required
            // A header carries no others.
            pattern="\s*[\x21-\x7e]+\s*"
            title="Letters, digits and signs of ASCII, without spaces"
            value={text}
            onInput={(event) => setText(event.currentTarget.value)}
          />
        </label>
        <div class="actions">
          <button type="button" onClick={() => answer(null)}>
            Not now
          </button>
          <button type="submit" class="primary">
            Use token
          </button>
        </div>
      </form>
    </dialog>
  );
}
