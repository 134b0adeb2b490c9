import { ImageOff } from 'lucide-react';
import { type ReactNode, useState } from 'react';
import { Tip } from '../parts/tooltip.tsx';
import { safeLink } from './safe-link.ts';

/** A link that says where it leads before it is followed; one that may not be followed is plain text with the reason. */
export function MarkdownLink({ href, children }: { readonly href: string; readonly children: ReactNode }) {
  if (href.startsWith('#')) return <>{children}</>;
  const link = safeLink(href, window.location.origin);
  if (link.kind === 'refused') {
    return (
      <span className="dead-link" title={`${link.why}: ${href}`}>
        {children}
      </span>
    );
  }
  return (
    <Tip text={<span className="tip-url">{link.href}</span>} side="bottom">
      <a href={link.href} target="_blank" rel="noopener noreferrer">
        {children}
      </a>
    </Tip>
  );
}

/**
 * An image in an answer could tell its server that it was read, so none loads by itself; the content policy allows only
 * images that came along as data. Others can be opened beside, on purpose.
 */
export function MarkdownImage({ src, alt }: { readonly src: string; readonly alt: string }) {
  const [shown, setShown] = useState(false);
  const name = alt === '' ? 'image' : alt;
  if (/^data:image\/(?:png|jpeg|gif|webp);base64,/.test(src)) {
    if (shown) return <img className="shown-image" src={src} alt={alt} />;
    return (
      <button type="button" className="image-button" onClick={() => setShown(true)}>
        <ImageOff size={15} aria-hidden="true" /> Show {name}
      </button>
    );
  }
  const link = safeLink(src, window.location.origin);
  if (link.kind !== 'web') {
    return <span className="dead-link">[{name}]</span>;
  }
  return (
    <Tip text={<span className="tip-url">{link.href}</span>} side="bottom">
      <a className="image-button" href={link.href} target="_blank" rel="noopener noreferrer">
        <ImageOff size={15} aria-hidden="true" /> Open {name} from {link.host}
      </a>
    </Tip>
  );
}
