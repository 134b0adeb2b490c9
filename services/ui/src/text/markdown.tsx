import { Square, SquareCheck } from 'lucide-react';
import { memo, useMemo } from 'react';
import ReactMarkdown, { type Components } from 'react-markdown';
import remarkGfm from 'remark-gfm';
import { CodeBlock } from './code-block.tsx';
import { MarkdownImage, MarkdownLink } from './markdown-link.tsx';
import { revealHidden } from './reveal-hidden.ts';
import { linkDefinitions, splitBlocks } from './split-blocks.ts';

/**
 * Untrusted Markdown. HTML in it is shown as text, nothing loads by itself, links open elsewhere. Blocks are memoised by
 * their text: while an answer streams, only the last one is parsed again.
 */
export const Markdown = memo(
  ({ text, streaming = false }: { readonly text: string; readonly streaming?: boolean }) => {
    const blocks = useMemo(() => splitBlocks(revealHidden(text)), [text]);
    const definitions = useMemo(() => linkDefinitions(text), [text]);
    return (
      <div className="markdown">
        {blocks.map((block, index) => (
          <MarkdownBlock
            // biome-ignore lint/suspicious/noArrayIndexKey: blocks are only ever appended
            key={index}
            text={block}
            definitions={block.includes('[') ? definitions : ''}
            open={streaming && index === blocks.length - 1}
          />
        ))}
      </div>
    );
  },
);
Markdown.displayName = 'Markdown';

interface BlockProps {
  readonly text: string;
  readonly definitions: string;
  /** Still growing: code in it is not coloured yet. */
  readonly open: boolean;
}

const MarkdownBlock = memo(({ text, definitions, open }: BlockProps) => (
  <ReactMarkdown remarkPlugins={PLUGINS} components={open ? OPEN : CLOSED} urlTransform={keepUrl}>
    {definitions === '' ? text : `${text}\n\n${definitions}`}
  </ReactMarkdown>
));
MarkdownBlock.displayName = 'MarkdownBlock';

const PLUGINS = [remarkGfm];

/** Links and images are judged where they are drawn, with the reason shown. */
function keepUrl(url: string): string {
  return url;
}

const COMMON: Components = {
  a: ({ href, children }) => <MarkdownLink href={href ?? ''}>{children}</MarkdownLink>,
  img: ({ src, alt }) => <MarkdownImage src={typeof src === 'string' ? src : ''} alt={alt ?? ''} />,
  table: ({ children }) => (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a wide table must be scrollable by keyboard
    <section className="table-scroll" tabIndex={0} aria-label="Table">
      <table>{children}</table>
    </section>
  ),
  // The page has its own first heading; below it, levels go down one by one.
  h1: ({ children }) => <h2 className="md-h1">{children}</h2>,
  h2: ({ children }) => <h2 className="md-h2">{children}</h2>,
  h3: ({ children }) => <h3 className="md-h3">{children}</h3>,
  h4: ({ children }) => <h3 className="md-h3">{children}</h3>,
  h5: ({ children }) => <h3 className="md-h3">{children}</h3>,
  h6: ({ children }) => <h3 className="md-h3">{children}</h3>,
  input: ({ checked }) => (
    <span className="task" role="img" aria-label={checked ? 'done' : 'open'}>
      {checked ? <SquareCheck size={16} /> : <Square size={16} />}
    </span>
  ),
  pre: ({ children }) => <>{children}</>,
};

function withCode(open: boolean): Components {
  return {
    ...COMMON,
    code: ({ className, children, node }) => {
      const text = String(children ?? '');
      const language = /language-(\S+)/.exec(className ?? '')?.[1];
      const isBlock =
        language !== undefined ||
        text.endsWith('\n') ||
        (node?.position?.start.line ?? 0) < (node?.position?.end.line ?? 0);
      if (!isBlock) return <code>{children}</code>;
      return (
        <CodeBlock
          code={text.replace(/\n$/, '')}
          growing={open}
          {...(language === undefined ? {} : { language })}
        />
      );
    },
  };
}
const OPEN = withCode(true);
const CLOSED = withCode(false);
