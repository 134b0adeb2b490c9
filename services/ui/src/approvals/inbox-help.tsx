import { Dialog } from '../parts/dialog.tsx';
import { type KeyLine, KeyList } from '../parts/key-list.tsx';

const KEYS: readonly KeyLine[] = [
  ['j / k', 'The next one, the one before'],
  ['Enter', 'Open it'],
  ['a', 'Approve this one, once'],
  ['d', 'Deny: write why, Enter denies'],
  ['e', 'Tick a value as right for this request'],
  ['?', 'These keys'],
];

export function InboxHelp({ onClose }: { readonly onClose: () => void }) {
  return (
    <Dialog title="Keys of the inbox" open onClose={onClose}>
      <KeyList keys={KEYS} />
      <p className="muted">There is no key that approves several at once: each is decided for itself.</p>
    </Dialog>
  );
}
