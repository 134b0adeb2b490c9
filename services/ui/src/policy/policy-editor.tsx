import type { PolicyView } from '@bakerst/shared/api/guard';
import { CircleCheck } from 'lucide-react';
import { useRef } from 'react';
import { Button } from '../parts/button.tsx';
import { ProblemNote } from '../parts/problem-note.tsx';
import { useMay } from '../shell/session.tsx';
import { ProblemList } from './problem-list.tsx';
import { TextLines, type TextLinesHandle } from './text-lines.tsx';
import { TrialResult } from './trial-result.tsx';
import { type PolicyTrial, usePolicyTrial } from './use-policy-trial.ts';

export interface PolicyEditorProps {
  readonly policy: PolicyView;
  readonly onClose: () => void;
}

const PAST = 200;

export function PolicyEditor({ policy, onClose }: PolicyEditorProps) {
  const trial = usePolicyTrial(policy);
  const lines = useRef<TextLinesHandle>(null);
  const may = useMay('admin') && policy.writable;
  const { text, check, test, save } = trial;
  const busy = check.isPending || test.isPending || save.isPending;
  return (
    <div className="stack">
      {may ? null : <ReadOnly policy={policy} />}
      <TextLines
        ref={lines}
        label="Text of the policy"
        text={text}
        problems={check.data?.problems ?? []}
        onChange={trial.write}
      />
      <div className="row wrap">
        <Button busy={check.isPending} disabled={busy} onClick={() => check.mutate({ text })}>
          Check
        </Button>
        <Button
          busy={test.isPending}
          disabled={busy}
          onClick={() => test.mutate({ text, conversations: PAST })}
        >
          Test against the past
        </Button>
        <span className="grow" />
        <Button tone="quiet" onClick={onClose}>
          Close
        </Button>
        {may ? (
          <Button
            tone="primary"
            busy={save.isPending}
            disabled={busy || !trial.changed || trial.overtaken}
            onClick={() => save.mutate({ text, expectedHash: trial.base })}
          >
            Save
          </Button>
        ) : null}
      </div>
      <Said trial={trial} onLine={(line) => lines.current?.goTo(line)} />
    </div>
  );
}

function ReadOnly({ policy }: { readonly policy: PolicyView }) {
  return (
    <p className="note note-warn">
      {policy.writable
        ? 'Saving needs the scope “admin”. Check and test work without it.'
        : `It cannot be saved from here: ${policy.path ?? 'the file'} is not writable for this server, because it is mounted read-only or belongs to somebody else. Change it there; the server notices by itself.`}
    </p>
  );
}

interface SaidProps {
  readonly trial: PolicyTrial;
  readonly onLine: (line: number) => void;
}

/** What came of check, test and save, below the text. */
function Said({ trial, onLine }: SaidProps) {
  const { check, test, save } = trial;
  return (
    <>
      {trial.overtaken && !save.isPending && !save.isSuccess ? <Overtaken trial={trial} /> : null}
      {[check.error, test.error].map((error) =>
        error ? <ProblemNote key={error.message} error={error} /> : null,
      )}
      {save.error && !trial.overtaken ? <ProblemNote error={save.error} /> : null}
      {check.data === undefined ? null : check.data.ok ? (
        <p className="note note-ok" role="status">
          <CircleCheck size={17} aria-hidden="true" /> The text is valid.
        </p>
      ) : (
        <div className="note note-danger" role="alert">
          <div className="note-text">
            <ProblemList problems={check.data.problems} onLine={onLine} />
          </div>
        </div>
      )}
      {test.data === undefined ? null : <TrialResult result={test.data} />}
      {save.isSuccess ? (
        <p className="note note-ok" role="status">
          <CircleCheck size={17} aria-hidden="true" /> Saved. It is in force for every call from now on.
        </p>
      ) : null}
    </>
  );
}

function Overtaken({ trial }: { readonly trial: PolicyTrial }) {
  return (
    <div className="note note-warn" role="alert">
      <div className="note-text">
        <p className="note-title">The policy was changed by somebody else meanwhile.</p>
        <p>What you wrote is still here. Saving it as it is would undo the other change.</p>
      </div>
      <Button onClick={trial.restart}>Take theirs</Button>
      <Button onClick={trial.rebase}>Keep mine</Button>
    </div>
  );
}
