import { useState } from 'preact/hooks';
import { Scrollable } from '../parts/scrollable.tsx';

const mostRows = 120;

/** The numbers of a chart, made when somebody wants to see them. Long ones are thinned, and say so. */
export function DataTable({
  title,
  head,
  length,
  row,
}: {
  title: string;
  head: readonly string[];
  length: number;
  row: (index: number) => readonly string[];
}) {
  const [isOpen, setOpen] = useState(false);
  return (
    <details class="data" onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>
        Table<span class="visually-hidden"> of {title}</span>
      </summary>
      {isOpen ? (
        <Rows title={title} head={head} indexes={chooseRows(length)} length={length} row={row} />
      ) : null}
    </details>
  );
}

function Rows(props: {
  title: string;
  head: readonly string[];
  indexes: readonly number[];
  length: number;
  row: (index: number) => readonly string[];
}) {
  const { title, head, indexes, length, row } = props;
  return (
    <Scrollable label={title}>
      <table>
        <caption>
          {title}
          {indexes.length < length ? ` (${indexes.length} of ${length} rows)` : ''}
        </caption>
        <thead>
          <tr>
            {head.map((name) => (
              <th key={name} scope="col">
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {indexes.map((index) => (
            <tr key={index}>
              {row(index).map((cell, column) => (
                <td key={head[column]}>{cell}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </Scrollable>
  );
}

function chooseRows(length: number): number[] {
  if (length <= mostRows) return Array.from({ length }, (_, index) => index);
  const step = (length - 1) / (mostRows - 1);
  return Array.from({ length: mostRows }, (_, index) => Math.round(index * step));
}
