import { useCallback, useEffect, useRef, useState } from 'preact/hooks';

export interface Resource<Data> {
  /** The last that came, also when a later try failed. */
  readonly data: Data | null;
  readonly error: Error | null;
  readonly isLoading: boolean;
  /** When the data came, by this browser's clock. */
  readonly loadedAtMs: number | null;
  reload(): void;
}

export interface ResourceOptions {
  /** How often it is loaded again while the page is in view. */
  readonly everyMs?: number;
  /** Loads again when it changes; until then the old data is shown. */
  readonly version?: string;
}

/** Loads at once, and from nothing again when `key` changes. Null as key loads nothing. */
export function useResource<Data>(
  key: string | null,
  load: (signal: AbortSignal) => Promise<Data>,
  { everyMs, version }: ResourceOptions = {},
): Resource<Data> {
  const [state, setState] = useState<Omit<Resource<Data>, 'reload'>>(nothing);
  const [round, setRound] = useState(0);
  const loadRef = useRef(load);
  loadRef.current = load;
  const keyRef = useRef(key);

  useEffect(() => {
    if (keyRef.current !== key) setState(nothing);
    keyRef.current = key;
    if (key === null) return;
    const controller = new AbortController();
    const refresh = async () => {
      try {
        const data = await loadRef.current(controller.signal);
        if (!controller.signal.aborted) {
          setState({ data, error: null, isLoading: false, loadedAtMs: Date.now() });
        }
      } catch (error) {
        if (controller.signal.aborted) return;
        setState((before) => ({ ...before, error: error as Error, isLoading: false }));
      }
    };
    void refresh();
    const timer =
      everyMs === undefined
        ? undefined
        : setInterval(() => {
            if (document.visibilityState === 'visible') void refresh();
          }, everyMs);
    return () => {
      controller.abort();
      clearInterval(timer);
    };
  }, [key, everyMs, version, round]);

  const reload = useCallback(() => setRound((before) => before + 1), []);
  return { ...state, reload };
}

const nothing = { data: null, error: null, isLoading: true, loadedAtMs: null } as const;
