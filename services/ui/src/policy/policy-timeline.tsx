import { useQuery } from '@tanstack/react-query';
import { policyHistoryQuery } from '../api/guard-queries.ts';
import { CopyButton } from '../parts/copy-button.tsx';
import { Empty, Loaded } from '../parts/states.tsx';
import { Time } from '../parts/time.tsx';
import { revealHidden } from '../text/reveal-hidden.ts';

const HOW = { start: 'found at start', file: 'the file changed', api: 'saved here or by the API' } as const;

export function PolicyTimeline({ current }: { readonly current: string }) {
  const query = useQuery(policyHistoryQuery);
  return (
    <Loaded query={query} lines={3}>
      {({ items }) =>
        items.length === 0 ? (
          <Empty title="This is the first one">
            Every change is kept here, so that old verdicts can be explained.
          </Empty>
        ) : (
          <ul className="rows timeline">
            {items.map((item) => (
              <li key={item.hash + item.at}>
                <code className="id ellipsis">{item.hash}</code>
                <CopyButton text={() => item.hash} label="Copy hash" />
                <span className="muted">
                  <Time at={item.at} />, {HOW[item.how]}, {revealHidden(item.author)}
                </span>
                {item.hash === current ? (
                  <span className="state" data-state="ok">
                    in force
                  </span>
                ) : null}
              </li>
            ))}
          </ul>
        )
      }
    </Loaded>
  );
}
