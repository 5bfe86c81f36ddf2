import type { ComponentChildren } from 'preact';

/** What may be wider or longer than its place; the keyboard scrolls it, too. */
export function Scrollable({ label, children }: { label: string; children: ComponentChildren }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: without it, the keyboard could not reach what is out of sight
    <section class="scroll" tabIndex={0} aria-label={label}>
      {children}
    </section>
  );
}
