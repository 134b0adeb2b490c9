import type { CheckPolicyResult } from '@bakerst/shared/api/guard';
import { revealHidden } from '../text/reveal-hidden.ts';

export interface ProblemListProps {
  readonly problems: CheckPolicyResult['problems'];
  /** Goes to a line of the editor. */
  readonly onLine?: (line: number) => void;
}

/** What is wrong, where, and what to write instead. */
export function ProblemList({ problems, onLine }: ProblemListProps) {
  return (
    <ul className="problems">
      {problems.map((problem, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the problems of one text never change
        <li key={index}>
          <Place problem={problem} onLine={onLine} /> {revealHidden(problem.message)}
          <span className="muted"> {revealHidden(problem.remedy)}</span>
        </li>
      ))}
    </ul>
  );
}

interface PlaceProps {
  readonly problem: ProblemListProps['problems'][number];
  readonly onLine: ProblemListProps['onLine'];
}

function Place({ problem: { line, path }, onLine }: PlaceProps) {
  const where = path === '' ? null : <code>{revealHidden(path)}</code>;
  if (line === undefined) return where;
  if (onLine === undefined) {
    return (
      <>
        <strong>Line {line}</strong> {where}
      </>
    );
  }
  return (
    <>
      <button type="button" className="link-button" onClick={() => onLine(line)}>
        Line {line}
      </button>{' '}
      {where}
    </>
  );
}
