import { hasHiddenCharacters } from '@bakerst/shared/hidden-text';
import { type Confidentiality, isMoreConfidential } from '@bakerst/shared/labels';
import type { AllowedUrl } from '@bakerst/shared/policy';
import { canonicalUrl } from '../words/canonical-url.ts';
import { isPlainForm } from '../words/fold-text.ts';
import type { Evidence, Slotted } from './prove-value.ts';

/** The policy's list of addresses: exact ones, path prefixes without a query, hosts marked with what they may learn. */
export function allowedUrlOrigin({ policy, context }: Evidence, { leaf, type }: Slotted): string | undefined {
  if (type !== 'url' || typeof leaf.value !== 'string') return undefined;
  const url = isPlainForm(leaf.value) ? canonicalUrl(leaf.value) : undefined;
  if (url === undefined || hasHiddenCharacters(leaf.value)) return undefined;
  const entry = policy.urls.find((one) => allows(one, url, context.label.confidentiality));
  return entry && "the policy's list of addresses";
}

function allows(entry: AllowedUrl, url: string, learned: Confidentiality): boolean {
  if ('exact' in entry) return canonicalUrl(entry.exact) === url;
  if ('host' in entry)
    return hostOf(url) === entry.host.toLowerCase() && !isMoreConfidential(learned, entry.learns);
  const prefix = canonicalUrl(entry.prefix);
  if (prefix === undefined || /[?#%]/u.test(url)) return false;
  return url === prefix || url.startsWith(`${prefix}/`);
}

function hostOf(url: string): string {
  return url.split(/[/?]/u, 1)[0] ?? '';
}
