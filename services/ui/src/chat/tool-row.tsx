import {
  Ban,
  Check,
  CircleHelp,
  Coins,
  Eye,
  Globe,
  Hand,
  PenLine,
  ShieldAlert,
  SquareTerminal,
  Trash2,
  TriangleAlert,
  Wrench,
} from 'lucide-react';
import { memo, type ReactNode, useEffect, useRef } from 'react';
import { ApprovalPanel } from '../approvals/approval-panel.tsx';
import type { ShownApproval } from '../approvals/shown-approval.ts';
import { formatDuration } from '../text/format.ts';
import { revealHidden } from '../text/reveal-hidden.ts';
import type { ToolState, ToolView } from '../turn/tool-view.ts';
import { Disclosure } from './disclosure.tsx';
import { ToolDetails } from './tool-details.tsx';

export interface ToolRowProps {
  readonly tool: ToolView;
  /** Id of the turn it belongs to. */
  readonly turn: string;
  readonly over: boolean;
}

/** One tool call: a quiet line that opens to everything that was checked and came back. */
export const ToolRow = memo(({ tool, turn, over }: ToolRowProps) => (
  <div className="tool" data-state={tool.state}>
    <Disclosure
      icon={effectIcon(tool)}
      label={
        <>
          <code className="tool-name">{tool.name}</code>
          <span className="tool-summary">{revealHidden(summary(tool))}</span>
        </>
      }
      aside={<Outcome tool={tool} over={over} />}
    >
      <ToolDetails tool={tool} turn={turn} />
    </Disclosure>
    {tool.state === 'waiting' && !over ? <Waiting tool={tool} /> : null}
  </div>
));
ToolRow.displayName = 'ToolRow';

/** The approval in place, the same card as in the inbox; one that is taller than the thread is read from its top. */
function Waiting({ tool }: { readonly tool: ToolView }) {
  const box = useRef<HTMLDivElement>(null);
  const known = shownTool(tool);
  useEffect(() => afterLayout(() => showTop(box.current)), []);
  return known === undefined ? null : (
    <div ref={box} className="waiting-card">
      <ApprovalPanel known={known} />
    </div>
  );
}

/** The thread goes to its end in the frame in which it grows: what wants another place comes after that. */
function afterLayout(call: () => void): () => void {
  let frame = requestAnimationFrame(() => {
    frame = requestAnimationFrame(call);
  });
  return () => cancelAnimationFrame(frame);
}

function showTop(card: HTMLElement | null): void {
  const room = card?.closest('.thread')?.clientHeight ?? 0;
  if (card !== null && card.offsetHeight > room) card.scrollIntoView({ block: 'start' });
}

function shownTool({ approval, verdict, onBehalfOf = '' }: ToolView): ShownApproval | undefined {
  if (approval === undefined || verdict?.decision !== 'ask') return undefined;
  const { id, digest, expiresAt } = approval;
  return { id, digest, expiresAt, card: verdict.card, reasons: verdict.reasons, onBehalfOf };
}

const EFFECT_ICONS: Record<NonNullable<ToolView['effect']>, ReactNode> = {
  read: <Eye size={15} />,
  'read-open': <Globe size={15} />,
  'write-private': <PenLine size={15} />,
  destructive: <Trash2 size={15} />,
  external: <Globe size={15} />,
  money: <Coins size={15} />,
  exec: <SquareTerminal size={15} />,
  admin: <ShieldAlert size={15} />,
};

function effectIcon(tool: ToolView): ReactNode {
  return tool.effect === undefined ? <Wrench size={15} /> : EFFECT_ICONS[tool.effect];
}

const OUTCOMES: Record<ToolState, { readonly text: string; readonly icon: ReactNode }> = {
  proposed: { text: 'being checked', icon: <span className="spinner" aria-hidden="true" /> },
  waiting: { text: 'needs your approval', icon: <Hand size={14} aria-hidden="true" /> },
  running: { text: 'running', icon: <span className="spinner" aria-hidden="true" /> },
  ok: { text: 'done', icon: <Check size={14} aria-hidden="true" /> },
  error: { text: 'failed', icon: <TriangleAlert size={14} aria-hidden="true" /> },
  denied: { text: 'not allowed', icon: <Ban size={14} aria-hidden="true" /> },
  unknown: { text: 'outcome unknown', icon: <CircleHelp size={14} aria-hidden="true" /> },
};

function Outcome({ tool, over }: { readonly tool: ToolView; readonly over: boolean }) {
  const unfinished = tool.state === 'proposed' || tool.state === 'waiting' || tool.state === 'running';
  if (over && unfinished) return <span className="outcome">not run</span>;
  const { text, icon } = OUTCOMES[tool.state];
  const time = tool.state === 'ok' && tool.durationMs !== undefined ? formatDuration(tool.durationMs) : text;
  return (
    <span className="outcome">
      {icon}
      <span>{time}</span>
      {tool.state === 'ok' ? <span className="sr-only">done</span> : null}
    </span>
  );
}

/** The first plain values of the arguments: enough to tell calls apart. */
function summary(tool: ToolView): string {
  const args = tool.arguments ?? {};
  const values = Object.values(args).filter(
    (value) => typeof value === 'string' || typeof value === 'number',
  );
  return values.slice(0, 2).join(' · ').replace(/\s+/g, ' ').slice(0, 120);
}
