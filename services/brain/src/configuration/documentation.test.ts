import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { BootSettings } from '@bakerst/shared/settings';
import { configJsonSchema, settingKeys } from './config-schema.ts';
import { ENVIRONMENT } from './environment.ts';
import { parseJsonDocument } from './json-document.ts';
import { SETTING_PURPOSES } from './setting-purposes.ts';
import { dotted } from './settings-problem.ts';

const docs = (name: string) => fileURLToPath(new URL(`../../../../docs/${name}`, import.meta.url));
const PAGE = docs('configuration.md');
const SCHEMA = docs('config.schema.json');
/** `UPDATE_DOCS=1 node --test <this file>`, then the formatter, writes what the tests compare with. */
const update = process.env.UPDATE_DOCS === '1';

function environmentTable(): string {
  const rows = ENVIRONMENT.map(
    ({ name, path, purpose }) =>
      `| \`${name}\` | ${path === undefined ? '' : `\`${dotted(path)}\``} | ${purpose} |`,
  );
  return ['| variable | setting | purpose |', '| --- | --- | --- |', ...rows].join('\n');
}

function settingsTable(): string {
  const rows = settingKeys(configJsonSchema()).map(({ key, default: value }) => {
    const shown = value === undefined ? '' : `\`${JSON.stringify(value)}\``;
    return `| \`${key}\` | ${shown} | ${SETTING_PURPOSES[key] ?? ''} |`;
  });
  return ['| setting | default | purpose |', '| --- | --- | --- |', ...rows].join('\n');
}

function holdsTable(name: string, table: string): void {
  const [start, end] = [`<!-- ${name} -->\n`, `\n<!-- /${name} -->`];
  const page = readFileSync(PAGE, 'utf8');
  const from = page.indexOf(start);
  const to = page.indexOf(end);
  assert.ok(from >= 0 && to > from, `docs/configuration.md has no ${name} table`);
  const expected = page.slice(0, from + start.length) + table + page.slice(to);
  if (update) writeFileSync(PAGE, expected);
  assert.equal(unaligned(readFileSync(PAGE, 'utf8')), unaligned(expected));
}

/** The formatter lines columns up; only the words are compared. */
function unaligned(markdown: string): string {
  return markdown.replace(/ +/g, ' ').replace(/-{3,}/g, '---');
}

describe('the documentation of the configuration', () => {
  it('has the environment variables that are read, no more and no less', () => {
    holdsTable('environment', environmentTable());
    assert.equal(new Set(ENVIRONMENT.map((variable) => variable.name)).size, ENVIRONMENT.length);
  });

  it('has the settings of the schema, each with its purpose', () => {
    assert.deepEqual(
      settingKeys(configJsonSchema())
        .map(({ key }) => key)
        .sort(),
      Object.keys(SETTING_PURPOSES).sort(),
    );
    holdsTable('settings', settingsTable());
  });

  it('has the JSON Schema that the settings are parsed with', () => {
    const schema = `${JSON.stringify(configJsonSchema(), null, 2)}\n`;
    if (update) writeFileSync(SCHEMA, schema);
    assert.deepEqual(JSON.parse(readFileSync(SCHEMA, 'utf8')), JSON.parse(schema));
  });

  it('shows only examples that are accepted', () => {
    const examples = [...readFileSync(PAGE, 'utf8').matchAll(/```json\n([\s\S]*?)```/g)];
    assert.ok(examples.length >= 3);
    for (const [, text = ''] of examples) {
      const read = parseJsonDocument(text);
      assert.ok(read.ok, text);
      assert.ok(BootSettings.safeParse(read.value).success, text);
    }
  });
});
