import { Check, Copy } from 'lucide-react';
import { useEffect, useState } from 'react';
import { IconButton } from './button.tsx';

/** `text` is asked for at the click: what streams is copied as it is then. */
export function CopyButton({
  text,
  label = 'Copy',
}: {
  readonly text: () => string;
  readonly label?: string;
}) {
  const [copied, setCopied] = useState<'yes' | 'no'>();
  useEffect(() => {
    if (copied === undefined) return undefined;
    const timer = window.setTimeout(() => setCopied(undefined), 1_600);
    return () => window.clearTimeout(timer);
  }, [copied]);
  const copy = (): void => {
    copyText(text()).then(
      () => setCopied('yes'),
      () => setCopied('no'),
    );
  };
  const said =
    copied === 'yes' ? 'Copied' : copied === 'no' ? 'Could not copy: select the text instead' : label;
  return (
    <IconButton
      label={said}
      icon={copied === 'yes' ? <Check size={15} /> : <Copy size={15} />}
      onClick={copy}
    />
  );
}

/** The clipboard API is missing on plain HTTP outside localhost. */
async function copyText(text: string): Promise<void> {
  if (navigator.clipboard !== undefined) return navigator.clipboard.writeText(text);
  const area = document.createElement('textarea');
  area.value = text;
  document.body.append(area);
  area.select();
  const done = document.execCommand('copy');
  area.remove();
  if (!done) throw new Error('copy was refused');
}
