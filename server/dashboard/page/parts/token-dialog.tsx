import { type ComponentChildren, createContext } from 'preact';
import { useContext, useEffect, useRef, useState } from 'preact/hooks';
import { ApiError } from '../http/api.ts';
import { keepToken } from '../http/token.ts';

type WithToken = <Answer>(act: () => Promise<Answer>) => Promise<Answer>;

const TokenContext = createContext<WithToken>((act) => act());

/** Runs what may need the trigger token: asks for it when the service refuses, and tries once more. */
export function useToken(): WithToken {
  return useContext(TokenContext);
}

export function TokenProvider({ children }: { children: ComponentChildren }) {
  const [question, setQuestion] = useState<((token: string | null) => void) | null>(null);
  const withToken: WithToken = async (act) => {
    for (;;) {
      try {
        return await act();
      } catch (error) {
        if (!(error instanceof ApiError) || error.status !== 401) throw error;
        const token = await new Promise<string | null>((answer) => setQuestion(() => answer));
        setQuestion(null);
        if (token === null) throw error;
        keepToken(token);
      }
    }
  };
  return (
    <TokenContext.Provider value={withToken}>
      {children}
      {question ? <TokenDialog onAnswer={question} /> : null}
    </TokenContext.Provider>
  );
}

function TokenDialog({ onAnswer }: { onAnswer: (token: string | null) => void }) {
  const dialog = useRef<HTMLDialogElement>(null);
  const [text, setText] = useState('');
  useEffect(() => dialog.current?.showModal(), []);
  return (
    <dialog ref={dialog} aria-labelledby="token-title" onCancel={() => onAnswer(null)}>
      <form
        method="dialog"
        onSubmit={(event) => {
          event.preventDefault();
          onAnswer(text.trim());
        }}
      >
        <h2 id="token-title">Trigger token</h2>
        <p>
          This service starts and cancels runs for those who know its TRIGGER_TOKEN. It is kept in this tab
          only.
        </p>
        <label class="field">
          <span>Token</span>
          <input
            type="password"
            autocomplete="off"
            required
            value={text}
            onInput={(event) => setText(event.currentTarget.value)}
          />
        </label>
        <div class="actions">
          <button type="button" onClick={() => onAnswer(null)}>
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
