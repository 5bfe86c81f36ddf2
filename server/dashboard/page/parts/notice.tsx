import type { ComponentChildren } from 'preact';

export interface NoticeProps {
  readonly kind: 'good' | 'warn' | 'bad' | 'plain';
  readonly title: ComponentChildren;
  readonly children?: ComponentChildren;
  /** Says it to a screen reader at once. */
  readonly isAlert?: boolean;
}

export function Notice({ kind, title, children, isAlert = false }: NoticeProps) {
  return (
    <div class={`notice is-${kind}`} {...(isAlert ? { role: 'alert' as const } : {})}>
      <strong>{title}</strong> {children}
    </div>
  );
}

/** What stands where something could not be loaded, with a way to try again. */
export function LoadError({ what, error, retry }: { what: string; error: Error; retry?: () => void }) {
  return (
    <Notice kind="bad" title={`${what} could not be loaded.`} isAlert>
      {error.message}{' '}
      {retry ? (
        <button type="button" class="link" onClick={retry}>
          Try again
        </button>
      ) : null}
    </Notice>
  );
}
