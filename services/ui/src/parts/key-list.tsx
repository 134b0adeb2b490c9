/** A key, and what it does. */
export type KeyLine = readonly [key: string, does: string];

export function KeyList({ keys }: { readonly keys: readonly KeyLine[] }) {
  return (
    <dl className="keys">
      {keys.map(([key, does]) => (
        <div key={key}>
          <dt>
            <kbd>{key}</kbd>
          </dt>
          <dd>{does}</dd>
        </div>
      ))}
    </dl>
  );
}
