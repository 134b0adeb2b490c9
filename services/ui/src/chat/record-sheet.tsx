import type { RecordedStep } from '@bakerst/shared/steps';
import { CopyButton } from '../parts/copy-button.tsx';
import { Dialog } from '../parts/dialog.tsx';
import { CodeBlock } from '../text/code-block.tsx';
import { formatExact, formatMoney, plural } from '../text/format.ts';
import { revealHidden } from '../text/reveal-hidden.ts';
import type { ThreadTurn } from '../turn/thread.ts';
import { useTurn } from '../turn/turn-streams.tsx';
import { Disclosure } from './disclosure.tsx';

/** The recorded steps of a turn as they are stored; while it runs, they appear as they are written. */
export function RecordSheet({ turn, onClose }: { readonly turn: ThreadTurn; readonly onClose: () => void }) {
  const { state } = useTurn(turn);
  return (
    <Dialog title="What was recorded" shape="sheet" open onClose={onClose}>
      <p className="muted">
        {plural(state.steps.length, 'step')}, each written to disk before the next thing happened. All you see
        in the chat is computed from them.
      </p>
      <p className="faint row">
        <code className="id ellipsis">{turn.id}</code>
        <CopyButton text={() => turn.id} label="Copy turn id" />
        <CopyButton text={() => JSON.stringify(state.steps, null, 2)} label="Copy all steps as JSON" />
      </p>
      <ol className="record" aria-label="Recorded steps">
        {state.steps.map((recorded) => (
          <li key={recorded.seq}>
            <RecordedRow recorded={recorded} />
          </li>
        ))}
      </ol>
    </Dialog>
  );
}

function RecordedRow({ recorded: { seq, step } }: { readonly recorded: RecordedStep }) {
  return (
    <Disclosure
      icon={<span className="seq">{seq}</span>}
      label={
        <>
          <span>{NAMES[step.type]}</span>
          <span className="tool-summary">{revealHidden(describe(step))}</span>
        </>
      }
      aside={
        <time dateTime={step.at} title={formatExact(step.at)}>
          {clock(step.at)}
        </time>
      }
    >
      <CodeBlock code={revealHidden(JSON.stringify(step, null, 2))} language="json" />
    </Disclosure>
  );
}

const NAMES: Record<RecordedStep['step']['type'], string> = {
  message_received: 'Message received',
  model_started: 'Model asked',
  model_ended: 'Model answered',
  tool_decided: 'Tool call judged',
  approval_requested: 'Approval asked',
  approval_decided: 'Approval decided',
  tool_intended: 'Intent written to the audit log',
  tool_started: 'Tool started',
  tool_ended: 'Tool ended',
  plan_made: 'Plan made from your words',
  context_compacted: 'Context compacted',
  turn_ended: 'Turn ended',
};

function describe(step: RecordedStep['step']): string {
  switch (step.type) {
    case 'model_started':
      return `${step.model}, up to ${formatMoney(step.holdMicros)} held`;
    case 'model_ended':
      return `${step.outcome}, ${formatMoney(step.costMicros)}`;
    case 'tool_decided':
      return `${step.tool}: ${step.problem?.code ?? step.verdict.decision}`;
    case 'approval_decided':
      return step.decision;
    case 'tool_ended':
      return step.outcome;
    case 'plan_made':
      return step.calls.map(({ tool, most }) => `${tool} × ${most}`).join(', ');
    case 'turn_ended':
      return step.status;
    default:
      return '';
  }
}

function clock(iso: string): string {
  return new Date(iso).toLocaleTimeString('en-GB', {
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    fractionalSecondDigits: 3,
  });
}
