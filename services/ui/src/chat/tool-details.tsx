import type { ToolResultPart } from '@bakerst/shared/content';
import type { ReactNode } from 'react';
import { DECISIONS, EFFECTS } from '../guard/words.ts';
import { CopyButton } from '../parts/copy-button.tsx';
import { CodeBlock } from '../text/code-block.tsx';
import { formatBytes, formatDuration } from '../text/format.ts';
import { revealHidden } from '../text/reveal-hidden.ts';
import type { ToolView } from '../turn/tool-view.ts';
import { Why } from './why.tsx';

export function ToolDetails({ tool, turn }: { readonly tool: ToolView; readonly turn: string }) {
  const known = tool.server !== undefined && tool.problem?.code !== 'unknown_tool';
  return (
    <dl className="facts">
      <Fact name="Tool">
        {tool.name}
        {known ? <span className="faint"> from {tool.server}</span> : null}
      </Fact>
      {tool.effect === undefined || !known ? null : <Fact name="Effect">{EFFECTS[tool.effect]}</Fact>}
      <VerdictFact tool={tool} />
      <ApprovalFact tool={tool} />
      {tool.verdict === undefined || tool.problem !== undefined ? null : (
        <Fact name="Why">
          <Why call={tool.call} turn={turn} />
        </Fact>
      )}
      <Fact name="Arguments">
        <CodeBlock wrap code={revealHidden(argumentsText(tool))} language="json" />
      </Fact>
      <ResultFact tool={tool} />
      {tool.durationMs === undefined ? null : <Fact name="Time">{formatDuration(tool.durationMs)}</Fact>}
      {tool.auditEvent === undefined ? null : (
        <Fact name="Audit event">
          <code className="id">{tool.auditEvent}</code>{' '}
          <CopyButton text={() => tool.auditEvent ?? ''} label="Copy id" />
        </Fact>
      )}
    </dl>
  );
}

function Fact({ name, children }: { readonly name: string; readonly children: ReactNode }) {
  return (
    <div className="fact">
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}

function VerdictFact({ tool }: { readonly tool: ToolView }) {
  if (tool.problem !== undefined)
    return <Fact name="Verdict">Not run. {revealHidden(tool.problem.message)}</Fact>;
  if (tool.verdict === undefined) return null;
  return (
    <Fact name="Verdict">
      {DECISIONS[tool.verdict.decision]}
      {tool.verdict.reasons.map((reason) => (
        <p key={reason.rule + reason.message} className="muted">
          {revealHidden(reason.message)} <span className="faint">({reason.rule})</span>
          {reason.remedy === undefined ? null : <span className="remedy">{revealHidden(reason.remedy)}</span>}
        </p>
      ))}
    </Fact>
  );
}

function ApprovalFact({ tool }: { readonly tool: ToolView }) {
  const { decision, reason } = tool.approval ?? {};
  if (decision === undefined) return null;
  return (
    <Fact name="Approval">
      {decision}
      {reason === undefined ? null : <p className="muted">“{revealHidden(reason)}”</p>}
    </Fact>
  );
}

function ResultFact({ tool }: { readonly tool: ToolView }) {
  if (tool.content.length === 0 && tool.error === undefined) return null;
  return (
    <Fact name="Result">
      {tool.error === undefined || tool.content.length > 0 ? null : (
        <p className="field-error">{revealHidden(tool.error.message)}</p>
      )}
      {tool.content.map((part, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a result never changes
        <ResultPart key={index} part={part} />
      ))}
      {tool.truncated === undefined ? null : (
        <p className="faint">
          Cut: {formatBytes(tool.truncated.keptBytes)} of {formatBytes(tool.truncated.bytes)} were kept.
        </p>
      )}
    </Fact>
  );
}

const SHOWN_IMAGES = /^image\/(?:png|jpeg|gif|webp)$/;

function ResultPart({ part }: { readonly part: ToolResultPart }) {
  if (part.type === 'text') {
    const isJson = /^\s*[[{]/.test(part.text);
    return <CodeBlock wrap code={revealHidden(part.text)} {...(isJson ? { language: 'json' } : {})} />;
  }
  if (!SHOWN_IMAGES.test(part.mediaType)) return <p className="faint">An image of type {part.mediaType}</p>;
  return (
    <img
      className="shown-image"
      src={`data:${part.mediaType};base64,${part.data}`}
      alt="Result of the tool"
    />
  );
}

function argumentsText(tool: ToolView): string {
  return tool.arguments === undefined ? tool.rawArguments : JSON.stringify(tool.arguments, null, 2);
}
