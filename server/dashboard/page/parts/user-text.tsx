const shownCharacters = 300;

/** Text that anybody may have written: isolated from the direction of its surroundings, cut where it is long. */
export function UserText({ text }: { text: string }) {
  if (text.length <= shownCharacters) return <bdi class="user-text">{text}</bdi>;
  return (
    <details class="user-text">
      <summary>
        <bdi>{text.slice(0, shownCharacters)}…</bdi> <span class="muted">({text.length} characters)</span>
      </summary>
      <bdi>{text}</bdi>
    </details>
  );
}
