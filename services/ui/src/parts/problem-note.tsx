import { CircleAlert } from 'lucide-react';
import type { ReactNode } from 'react';
import { asApiError } from '../api/api-error.ts';
import { Button } from './button.tsx';

export interface ProblemNoteProps {
  readonly error: unknown;
  readonly onRetry?: () => void;
  readonly children?: ReactNode;
}

/** What happened and what to do about it; never one without the other. */
export function ProblemNote({ error, onRetry, children }: ProblemNoteProps) {
  const problem = asApiError(error);
  return (
    <div className="note note-danger" role="alert">
      <CircleAlert size={17} aria-hidden="true" />
      <div className="note-text">
        <p className="note-title">{problem.message}</p>
        <p>{problem.remedy}</p>
        {problem.fields.length > 0 ? (
          <ul>
            {problem.fields.map((field) => (
              <li key={field.path + field.message}>
                <code>{field.path || 'request'}</code> {field.message}
              </li>
            ))}
          </ul>
        ) : null}
        {children}
        {problem.request === undefined ? null : <p className="faint">Request {problem.request}</p>}
      </div>
      {onRetry === undefined ? null : <Button onClick={onRetry}>Try again</Button>}
    </div>
  );
}
