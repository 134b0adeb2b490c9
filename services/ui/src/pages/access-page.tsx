import { useQuery } from '@tanstack/react-query';
import { KeyRound, Plus } from 'lucide-react';
import { useState } from 'react';
import { tokensQuery } from '../api/queries.ts';
import { Button } from '../parts/button.tsx';
import { Empty, Loaded } from '../parts/states.tsx';
import { useMay } from '../shell/session.tsx';
import { CreateTokenDialog } from './create-token-dialog.tsx';
import { Page, Section } from './page.tsx';
import { People } from './people.tsx';
import { TokenList } from './token-list.tsx';

export function AccessPage() {
  const may = useMay('admin');
  const tokens = useQuery({ ...tokensQuery(), enabled: may });
  const [creating, setCreating] = useState(false);
  const create = may ? (
    <Button onClick={() => setCreating(true)}>
      <Plus size={16} aria-hidden="true" /> New token
    </Button>
  ) : null;
  return (
    <Page
      title="Access"
      lead="Tokens for programs that talk to the API, each with only the scopes it needs."
      actions={create}
    >
      {may ? (
        <>
          <Section title="Your tokens">
            <Loaded query={tokens}>{(data) => <TokenList tokens={data.items} />}</Loaded>
          </Section>
          <Section
            title="Other people"
            lead="Where the policy asks for a second pair of eyes, it is one of them who decides."
          >
            <People />
          </Section>
        </>
      ) : (
        <Empty icon={<KeyRound size={22} />} title="Only an administrator sees tokens">
          Your session lacks the scope “admin”.
        </Empty>
      )}
      {creating ? <CreateTokenDialog onClose={() => setCreating(false)} /> : null}
    </Page>
  );
}
