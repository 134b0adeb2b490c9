import type { Tool, ToolList } from '@bakerst/shared/api/system';
import { useQuery } from '@tanstack/react-query';
import { Ban, Check, Hand, Plug, Plus } from 'lucide-react';
import { type ReactNode, useState } from 'react';
import { toolsQuery } from '../api/queries.ts';
import { Disclosure } from '../chat/disclosure.tsx';
import { ACCEPTANCES, EFFECTS } from '../guard/words.ts';
import { Button } from '../parts/button.tsx';
import { Empty, Loaded } from '../parts/states.tsx';
import { useMay } from '../shell/session.tsx';
import { StopButton } from '../stops/stop-button.tsx';
import { CodeBlock } from '../text/code-block.tsx';
import { revealHidden } from '../text/reveal-hidden.ts';
import { AddServerDialog } from './add-server-dialog.tsx';
import { Page, Section } from './page.tsx';
import { ServerRow } from './server-row.tsx';

export function ToolsPage() {
  const tools = useQuery(toolsQuery);
  const may = useMay('config');
  const [adding, setAdding] = useState(false);
  const add = may ? (
    <Button onClick={() => setAdding(true)}>
      <Plus size={16} aria-hidden="true" /> Add a server
    </Button>
  ) : null;
  return (
    <Page
      title="Tools"
      lead="What the agent can use, where it comes from, and what the guard says to it."
      actions={add}
    >
      <Loaded query={tools}>
        {(list) => (
          <>
            <Section
              title="Servers"
              lead="A tool that nobody has looked at counts as reaching out to others, and is asked."
            >
              <Servers servers={list.servers} may={may} />
            </Section>
            <ToolSections list={list} />
          </>
        )}
      </Loaded>
      {adding ? <AddServerDialog onClose={() => setAdding(false)} /> : null}
    </Page>
  );
}

function Servers({ servers, may }: { readonly servers: ToolList['servers']; readonly may: boolean }) {
  if (servers.length === 0) {
    return (
      <Empty icon={<Plug size={20} aria-hidden="true" />} title="No MCP servers yet">
        {may
          ? 'The core tools work without one. To give the agent more, choose “Add a server” above, or name one in the configuration file under “mcpServers”.'
          : 'The core tools work without one. To add more, sign in with a session that holds the scope “config”, or name a server in the configuration file under “mcpServers”.'}
      </Empty>
    );
  }
  return (
    <ul className="rows">
      {servers.map((server) => (
        <ServerRow key={server.server} server={server} />
      ))}
    </ul>
  );
}

function ToolSections({ list }: { readonly list: ToolList }) {
  const servers = [...new Set(list.items.map((tool) => tool.server))];
  if (servers.length === 0)
    return <Empty title="No tools yet">Add an MCP server, or start the ones above.</Empty>;
  return servers.map((server) => (
    <Section key={server} title={server === 'core' ? 'Core tools' : server}>
      <div className="tool-list">
        {list.items
          .filter((tool) => tool.server === server)
          .map((tool) => (
            <ToolEntry key={tool.name} tool={tool} />
          ))}
      </div>
    </Section>
  ));
}

function standingIcon({ allowed, acceptance }: Tool): ReactNode {
  if (allowed) return <Check size={15} aria-label="runs by itself" />;
  if (acceptance === 'changed') return <Ban size={15} aria-label="refused, it has changed" />;
  return <Hand size={15} aria-label="does not run by itself" />;
}

function StopFact({ tool }: { readonly tool: Tool }) {
  return useMay('admin') ? (
    <div className="fact">
      <dt>Stop</dt>
      <dd>
        <StopButton scope="tool" target={tool.name} />
      </dd>
    </div>
  ) : null;
}

function ToolEntry({ tool }: { readonly tool: Tool }) {
  return (
    <Disclosure
      icon={standingIcon(tool)}
      label={
        <>
          <code className="tool-name">{tool.name}</code>
          <span className="tool-summary">{revealHidden(tool.description.split('\n')[0] ?? '')}</span>
        </>
      }
      aside={<span className="outcome">{EFFECTS[tool.effect]}</span>}
    >
      <dl className="facts">
        <div className="fact">
          <dt>What it says</dt>
          <dd className="pre-line">{revealHidden(tool.description)}</dd>
        </div>
        <div className="fact">
          <dt>Effect</dt>
          <dd>
            {EFFECTS[tool.effect]}
            {tool.idempotent ? <span className="faint"> · safe to repeat</span> : null}
          </dd>
        </div>
        <div className="fact">
          <dt>{tool.allowed ? 'By itself' : 'Not by itself'}</dt>
          <dd>{tool.reason}</dd>
        </div>
        <div className="fact">
          <dt>Standing</dt>
          <dd>
            {ACCEPTANCES[tool.acceptance]}; its server may learn what is {tool.clearance}
          </dd>
        </div>
        <StopFact tool={tool} />
        <div className="fact">
          <dt>Arguments</dt>
          <dd>
            <CodeBlock code={revealHidden(JSON.stringify(tool.parameters, null, 2))} language="json" />
          </dd>
        </div>
      </dl>
    </Disclosure>
  );
}
