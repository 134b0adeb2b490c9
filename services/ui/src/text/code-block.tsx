import { memo, type ReactNode, useEffect, useState } from 'react';
import { CopyButton } from '../parts/copy-button.tsx';
import type { Highlighted } from './highlight.ts';

export interface CodeBlockProps {
  readonly code: string;
  readonly language?: string;
  /** More lines are coming; colours wait until it is whole. */
  readonly growing?: boolean;
  /** Long lines break: for prose in a code frame. */
  readonly wrap?: boolean;
}

/** Above this, colouring would hold up the page. */
const MAX_COLOURED = 60_000;

export const CodeBlock = memo(({ code, language, growing = false, wrap = false }: CodeBlockProps) => {
  const [coloured, setColoured] = useState<{ code: string; tree: Highlighted }>();
  useEffect(() => {
    if (growing || language === undefined || code.length > MAX_COLOURED) return undefined;
    let wanted = true;
    void import('./highlight.ts')
      .then(({ highlight }) => highlight(code, language))
      .then((tree) => {
        if (wanted && tree !== undefined) setColoured({ code, tree });
      })
      .catch((error: unknown) => console.warn('Code stays without colours.', error));
    return () => {
      wanted = false;
    };
  }, [code, language, growing]);
  return (
    <figure className={wrap ? 'code code-wrap' : 'code'}>
      <figcaption>
        <span>{language ?? 'text'}</span>
        <CopyButton text={() => code} label="Copy code" />
      </figcaption>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: wide code must be scrollable by keyboard */}
      <pre tabIndex={0}>
        <code>{coloured?.code === code ? draw(coloured.tree.children) : code}</code>
      </pre>
    </figure>
  );
});
CodeBlock.displayName = 'CodeBlock';

/** Only text and spans with a class come out of the highlighter, and only those are drawn. */
function draw(nodes: Highlighted['children']): ReactNode[] {
  return nodes.map((node, index) => {
    if (node.type === 'text') return node.value;
    if (node.type !== 'element') return null;
    const { className } = node.properties;
    return (
      // biome-ignore lint/suspicious/noArrayIndexKey: the tree never changes
      <span key={index} className={Array.isArray(className) ? className.join(' ') : undefined}>
        {draw(node.children)}
      </span>
    );
  });
}
