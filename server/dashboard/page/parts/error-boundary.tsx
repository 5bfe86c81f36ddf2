import { Component, type ComponentChildren } from 'preact';
import { Notice } from './notice.tsx';

/** Keeps the rest of the page when a part of it cannot be shown, such as a damaged document. */
export class ErrorBoundary extends Component<{ children: ComponentChildren }, { fault: string | null }> {
  override state: { fault: string | null } = { fault: null };

  static override getDerivedStateFromError(error: unknown): { fault: string } {
    return { fault: error instanceof Error ? error.message : String(error) };
  }

  override render() {
    const { fault } = this.state;
    if (fault === null) return this.props.children;
    return (
      <Notice kind="bad" title="This part cannot be shown.">
        Its data is not what the page expects: {fault}
      </Notice>
    );
  }
}
