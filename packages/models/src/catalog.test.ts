import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { ModelInfo } from '@bakerst/shared/models';
import { createCatalog, type KnownProvider } from './catalog.ts';
import { defaultRoles } from './default-roles.ts';
import { BUILT_IN_MODELS, findBuiltIn } from './prices.ts';

const provider = (type: KnownProvider['type'], more: Partial<KnownProvider> = {}): KnownProvider => ({
  type,
  configured: true,
  unmetered: false,
  offers: [],
  ...more,
});
const catalogOf = (providers: Record<string, KnownProvider>, operator = {}) =>
  createCatalog({ providers: new Map(Object.entries(providers)), operator });

describe('the price table', () => {
  it('has integers, a dated source and a sensible window for every model, each once', () => {
    for (const [name, models] of Object.entries(BUILT_IN_MODELS)) {
      assert.equal(new Set(models.map((model) => model.id)).size, models.length);
      for (const { id, ...rest } of models) {
        const parsed = ModelInfo.safeParse({ ref: `${name}/${id}`, unmetered: false, ...rest });
        assert.ok(parsed.success, `${name}/${id}`);
        assert.match(rest.price.source, /20\d\d-\d\d-\d\d/);
        assert.ok(rest.maxOutputTokens <= rest.contextWindow, id);
        assert.ok(rest.price.cacheRead <= rest.price.input && rest.price.input <= rest.price.output, id);
      }
    }
  });

  it('knows a model by its id and by the id with a date, not by a longer name', () => {
    assert.equal(findBuiltIn('anthropic', 'claude-haiku-4-5')?.id, 'claude-haiku-4-5');
    assert.equal(findBuiltIn('anthropic', 'claude-haiku-4-5-20251001')?.id, 'claude-haiku-4-5');
    assert.equal(findBuiltIn('openai', 'gpt-5.4-2026-03-05')?.id, 'gpt-5.4');
    assert.equal(findBuiltIn('openai', 'gpt-5.4-mini')?.id, 'gpt-5.4-mini');
    assert.equal(findBuiltIn('openai', 'gpt-5.4-pro'), undefined, 'a dearer model must not take its price');
    assert.equal(findBuiltIn('anthropic', 'claude-opus-5-5-fast'), undefined);
  });
});

describe('the catalog', () => {
  it('lets the operator go before the table, field by field', () => {
    const catalog = catalogOf(
      { anthropic: provider('anthropic') },
      { 'anthropic/claude-opus-5-5': { contextWindow: 50_000 } },
    );
    const model = catalog.find('anthropic/claude-opus-5-5');
    assert.equal(model?.contextWindow, 50_000);
    assert.equal(model?.maxOutputTokens, 50_000);
    assert.equal(model?.price?.input, 4_000_000);
  });

  it('gives a provider of a known type the table of that type, under its own name', () => {
    assert.equal(
      catalogOf({ work: provider('anthropic') }).find('work/claude-opus-5-5')?.price?.input,
      4_000_000,
    );
  });

  it('knows no price where nobody said one, and none at all for what costs nothing', () => {
    const catalog = catalogOf({
      mine: provider('openai-compatible', { offers: ['small'] }),
      ollama: provider('ollama', { unmetered: true, offers: ['qwen3:8b'] }),
      demo: provider('demo', { unmetered: true }),
    });
    assert.deepEqual(
      catalog.list().map((model) => [model.ref, model.price, model.unmetered]),
      [
        ['mine/small', undefined, false],
        ['ollama/qwen3:8b', undefined, true],
        ['demo/demo', undefined, true],
      ],
    );
    assert.equal(catalog.find('mine/unheard-of'), undefined);
    assert.equal(catalog.find('demo/other'), undefined);
    assert.equal(catalog.find('nobody/x'), undefined);
    assert.equal(catalog.find('__proto__/x'), undefined);
    assert.equal(catalog.find('mine'), undefined);
  });
});

describe('default roles', () => {
  const usable = (name: string, type: KnownProvider['type'], offers: string[] = []) => ({
    name,
    type,
    offers,
  });
  it('come from the best provider, with the cheap model of the same one for observer', () => {
    const all = [
      usable('demo', 'demo'),
      usable('openrouter', 'openrouter'),
      usable('openai', 'openai'),
      usable('a', 'anthropic'),
    ];
    assert.deepEqual(defaultRoles(all), { agent: ['a/claude-sonnet-5-5'], observer: ['a/claude-haiku-5-5'] });
    assert.deepEqual(defaultRoles(all.slice(0, 3)).agent, ['openai/gpt-5.4']);
    assert.deepEqual(defaultRoles(all.slice(0, 2)).agent, ['openrouter/anthropic/claude-sonnet-5.5']);
    assert.deepEqual(defaultRoles([usable('ollama', 'ollama'), usable('demo', 'demo')]).agent, ['demo/demo']);
    assert.deepEqual(defaultRoles([usable('ollama', 'ollama', ['q']), usable('demo', 'demo')]).agent, [
      'ollama/q',
    ]);
  });

  it('name only models of the table, whose agent takes tools', () => {
    for (const type of ['anthropic', 'openai', 'openrouter'] as const) {
      const roles = defaultRoles([usable(type, type)]);
      const catalog = catalogOf({ [type]: provider(type) });
      assert.equal(catalog.find(roles.agent?.[0] ?? '')?.tools, true, type);
      assert.ok(catalog.find(roles.observer?.[0] ?? '')?.price, type);
    }
  });
});
