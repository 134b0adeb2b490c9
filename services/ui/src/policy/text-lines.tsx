import type { CheckPolicyResult } from '@bakerst/shared/api/guard';
import { type KeyboardEvent, type Ref, useImperativeHandle, useRef } from 'react';

export interface TextLinesHandle {
  readonly goTo: (line: number) => void;
}

export interface TextLinesProps {
  readonly ref?: Ref<TextLinesHandle>;
  readonly label: string;
  readonly text: string;
  readonly problems: CheckPolicyResult['problems'];
  readonly onChange: (text: string) => void;
}

/** A plain field with line numbers. Tab leaves it, as everywhere; the two spaces of YAML are typed. */
export function TextLines({ ref, label, text, problems, onChange }: TextLinesProps) {
  const area = useRef<HTMLTextAreaElement>(null);
  const numbers = useRef<HTMLDivElement>(null);
  const bad = new Set(problems.map(({ line }) => line));
  useImperativeHandle(ref, () => ({
    goTo: (line) => {
      const element = area.current;
      if (element === null) return;
      const before = text
        .split('\n')
        .slice(0, line - 1)
        .join('\n').length;
      const start = line === 1 ? 0 : before + 1;
      const end = text.indexOf('\n', start);
      element.focus();
      element.setSelectionRange(start, end < 0 ? text.length : end);
      element.scrollTop = Math.max(0, (line - 4) * LINE_PX);
    },
  }));
  return (
    <div className="text-lines">
      <div className="line-numbers" ref={numbers} aria-hidden="true">
        {text.split('\n').map((_, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: the n-th number is the n-th line
          <span key={index} data-bad={bad.has(index + 1) || undefined}>
            {index + 1}
          </span>
        ))}
      </div>
      <textarea
        ref={area}
        className="mono"
        aria-label={label}
        aria-invalid={problems.length > 0}
        spellCheck={false}
        autoCapitalize="off"
        wrap="off"
        value={text}
        onChange={(event) => onChange(event.target.value)}
        onKeyDown={keepIndent}
        onScroll={({ currentTarget }) => {
          if (numbers.current !== null) numbers.current.scrollTop = currentTarget.scrollTop;
        }}
      />
    </div>
  );
}

const LINE_PX = 20;

/** A new line begins where the one before did: YAML is written by its indent. */
function keepIndent(event: KeyboardEvent<HTMLTextAreaElement>): void {
  if (event.key !== 'Enter' || event.shiftKey || event.nativeEvent.isComposing) return;
  const { value, selectionStart } = event.currentTarget;
  const line = value.slice(value.lastIndexOf('\n', selectionStart - 1) + 1, selectionStart);
  const indent = /^ */.exec(line)?.[0] ?? '';
  if (indent === '') return;
  event.preventDefault();
  // The one way to type for a person that keeps the browser's own undo.
  document.execCommand('insertText', false, `\n${indent}`);
}
