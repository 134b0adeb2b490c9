import assert from 'node:assert/strict';
import {
  chmodSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, test } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import { isCoded } from '@bakerst/shared/coded-error';
import { BUILT_IN, openPolicyHouse, type PolicyHouse } from '../testing/policy-house.ts';
import { NO_POLICY_TEXT } from './deny-guard.ts';

const GOOD = 'version: 1\nprofile: strict\n';
const OTHER = '# ours\nversion: 1\nprofile: autonomous\n';
const BAD = 'version: 1\nprofil: strict\n';

const write =
  (text: string, mode = 0o600) =>
  (file: string) => {
    writeFileSync(file, text);
    chmodSync(file, mode);
  };
const change = ({ access }: PolicyHouse) => ({
  author: { actor: access.principal, credential: access.credential },
  events: [],
});
const withCode = (code: string) => (error: unknown) => isCoded(error, code) && error.remedy.length > 0;

describe('at start', () => {
  test('the built-in policy holds where there is no file', async (t) => {
    const { keeper } = await openPolicyHouse(t);
    assert.equal(keeper.inForce.source, 'built-in');
    assert.equal(keeper.guard.policyText, BUILT_IN);
  });

  test('the file of the data folder goes before it', async (t) => {
    const house = await openPolicyHouse(t, { prepare: write(GOOD) });
    assert.equal(house.keeper.inForce.source, 'file');
    await house.keeper.settled();
    assert.deepEqual(
      house.store.listPolicies(5).map(({ hash, author, how }) => ({ hash, author, how })),
      [{ hash: house.keeper.guard.policyHash, author: house.file, how: 'start' }],
    );
    assert.equal(house.store.readContent(house.keeper.guard.policyHash)?.text, GOOD);
  });

  const refused: readonly (readonly [
    what: string,
    options: Parameters<typeof openPolicyHouse>[1],
    why: RegExp,
  ])[] = [
    ['was named and is missing', { named: true }, /does not exist/],
    ['is wrong', { prepare: write(BAD) }, /"profil" is not a setting/],
    ['every user can write', { prepare: write(GOOD, 0o606) }, /every user/],
    ['is not UTF-8', { prepare: (file) => writeFileSync(file, Buffer.from([0x76, 0xff])) }, /UTF-8/],
    ['is a folder', { prepare: (file) => mkdirSync(file) }, /not a file/],
    ['is too large', { prepare: write(`# ${'x'.repeat(1_000_001)}`) }, /larger than 1 MB/],
    [
      'lies where every user can replace it',
      {
        prepare: (file) => {
          write(GOOD)(file);
          chmodSync(dirname(file), 0o777);
        },
      },
      /in the place of/,
    ],
  ];
  for (const [what, options, why] of refused) {
    test(`a file that ${what} leaves everything but reads of the house denied`, async (t) => {
      const house = await openPolicyHouse(t, options);
      const { keeper } = house;
      assert.equal(keeper.inForce.source, 'missing');
      assert.equal(keeper.guard.policyText, NO_POLICY_TEXT);
      assert.match(keeper.problems[0]?.message ?? '', why);
      assert.match(house.warnings.join(), /everything but reads of the house is denied/);
      await keeper.settled();
      assert.deepEqual(
        house.events().map(({ type }) => type),
        ['policy.refused', 'policy.changed'],
      );
    });
  }
});

describe('a file that changes', () => {
  test('is in force as soon as it is noticed, with who and what before and after', async (t) => {
    const house = await openPolicyHouse(t, { prepare: write(GOOD) });
    const before = house.keeper.guard.policyHash;
    writeFileSync(house.file, OTHER);
    await house.until(({ inForce }) => inForce.text === OTHER);
    await house.keeper.settled();
    const changed = house.events().at(-1);
    assert.equal(changed?.type, 'policy.changed');
    assert.deepEqual(changed?.body, {
      before,
      after: house.keeper.guard.policyHash,
      how: 'file',
      source: 'file',
      profile: 'autonomous',
    });
  });

  test('and is wrong leaves the former one in force, and says so once', async (t) => {
    const house = await openPolicyHouse(t, { prepare: write(GOOD) });
    writeFileSync(house.file, BAD);
    await house.until(({ problems }) => problems.length > 0);
    assert.equal(house.keeper.guard.policyText, GOOD);
    assert.deepEqual(
      { line: house.keeper.problems[0]?.line, path: house.keeper.problems[0]?.path },
      { line: 2, path: 'profil' },
    );
    house.keeper.look();
    await house.keeper.settled();
    assert.equal(house.events().filter(({ type }) => type === 'policy.refused').length, 1);
    writeFileSync(house.file, GOOD);
    await house.until(({ problems }) => problems.length === 0);
    assert.equal(house.keeper.guard.policyText, GOOD);
  });

  test('and is made writable for everybody is not believed any more', async (t) => {
    const house = await openPolicyHouse(t, { prepare: write(GOOD) });
    writeFileSync(house.file, OTHER);
    chmodSync(house.file, 0o606);
    await house.until(({ problems }) => /every user/.test(problems[0]?.message ?? ''));
  });

  test('and vanishes leaves what it said in force', async (t) => {
    for (const named of [true, false]) {
      const house = await openPolicyHouse(t, { named, prepare: write(GOOD) });
      rmSync(house.file);
      await house.until(({ problems }) => problems.length > 0);
      assert.equal(house.keeper.guard.policyText, GOOD);
    }
  });

  test('by a rename over it, as editors do, is noticed', async (t) => {
    const house = await openPolicyHouse(t, { prepare: write(GOOD) });
    write(OTHER)(`${house.file}.new`);
    renameSync(`${house.file}.new`, house.file);
    await house.until(({ inForce }) => inForce.text === OTHER);
  });

  test('by links that are swapped around it, as a mounted ConfigMap does, is noticed and cannot be written', async (t) => {
    const house = await openPolicyHouse(t, {
      prepare: (file) => {
        for (const [name, text] of [
          ['one', GOOD],
          ['two', OTHER],
        ] as const) {
          mkdirSync(join(dirname(file), name));
          writeFileSync(join(dirname(file), name, 'policy.yaml'), text);
        }
        symlinkSync('one', join(dirname(file), '..data'));
        symlinkSync(join('..data', 'policy.yaml'), file);
      },
    });
    assert.equal(house.keeper.inForce.text, GOOD);
    symlinkSync('two', join(house.folder, '..new'));
    renameSync(join(house.folder, '..new'), join(house.folder, '..data'));
    await house.until(({ inForce }) => inForce.text === OTHER);
    assert.equal(house.keeper.writable, false);
    await assert.rejects(
      house.keeper.change(house.keeper.guard.policyHash, change(house), () => ({
        text: GOOD,
        paste: 'paste: me',
      })),
      (error) =>
        withCode('policy_not_writable')(error) && /paste: me/.test((error as { remedy: string }).remedy),
    );
    assert.equal(house.keeper.inForce.text, OTHER);
  });

  test('by going out of reach leaves what it said in force, and is looked at again', async (t) => {
    const house = await openPolicyHouse(t, {
      place: join('etc', 'policy.yaml'),
      prepare: (file) => {
        mkdirSync(dirname(file));
        write(GOOD)(file);
      },
    });
    renameSync(dirname(house.file), `${dirname(house.file)}.old`);
    symlinkSync('etc', dirname(house.file));
    await house.until(({ problems }) => /ELOOP/.test(problems[0]?.message ?? ''));
    assert.equal(house.keeper.guard.policyText, GOOD);
    rmSync(dirname(house.file));
    mkdirSync(dirname(house.file));
    write(OTHER)(house.file);
    await house.until(({ inForce }) => inForce.text === OTHER);
  });

  test('that was missing is in force once it is right', async (t) => {
    const house = await openPolicyHouse(t, { named: true });
    write(GOOD)(house.file);
    await house.until(({ inForce }) => inForce.source === 'file');
    assert.deepEqual(house.keeper.problems, []);
  });
});

describe('a change through the API', () => {
  test('is written whole, for its owner alone, and is in force when it resolves', async (t) => {
    const house = await openPolicyHouse(t);
    const { keeper, access } = house;
    await keeper.change(keeper.guard.policyHash, change(house), () => ({ text: OTHER, paste: '' }));
    assert.equal(keeper.guard.policyText, OTHER);
    assert.equal(readFileSync(house.file, 'utf8'), OTHER);
    assert.equal(lstatSync(house.file).mode & 0o777, 0o600);
    assert.deepEqual(
      readdirSync(house.folder).filter((name) => name.endsWith('.tmp')),
      [],
    );
    const [newest] = house.store.listPolicies(1);
    assert.deepEqual({ author: newest?.author, how: newest?.how }, { author: access.principal, how: 'api' });
    const changed = house.events().at(-1);
    assert.deepEqual(
      { actor: changed?.actor, credential: changed?.body.credential },
      { actor: access.principal, credential: 'tok_1' },
    );
  });

  test('is noted as that person’s, also where the file is seen to change meanwhile', async (t) => {
    const house = await openPolicyHouse(t, { prepare: write(GOOD) });
    const { keeper, access, file, store } = house;
    const done = keeper.change(keeper.guard.policyHash, change(house), () => ({ text: OTHER, paste: '' }));
    while (readFileSync(file, 'utf8') !== OTHER) await setImmediate();
    keeper.look();
    await done;
    await keeper.settled();
    assert.deepEqual(
      store.listPolicies(5).map(({ author, how }) => [author, how]),
      [
        [access.principal, 'api'],
        [file, 'start'],
      ],
    );
  });

  test('of a policy that is not the one that was looked at is refused', async (t) => {
    const house = await openPolicyHouse(t, { prepare: write(GOOD) });
    const { keeper } = house;
    const make = () => ({ text: OTHER, paste: '' });
    await assert.rejects(keeper.change('0'.repeat(64), change(house), make), withCode('policy_conflict'));
    // Somebody wrote the file a moment ago, and it was not noticed yet.
    const hash = keeper.guard.policyHash;
    writeFileSync(house.file, `${GOOD}# mine\n`);
    await assert.rejects(keeper.change(hash, change(house), make), withCode('policy_conflict'));
    assert.match(readFileSync(house.file, 'utf8'), /# mine/);
  });

  test('that is wrong is refused and leaves the file alone', async (t) => {
    const house = await openPolicyHouse(t, { prepare: write(GOOD) });
    const { keeper } = house;
    await assert.rejects(
      keeper.change(keeper.guard.policyHash, change(house), () => ({ text: BAD, paste: '' })),
      (error) => withCode('policy_invalid')(error) && /line 2: profil/.test(String(error)),
    );
    assert.equal(readFileSync(house.file, 'utf8'), GOOD);
  });

  test('replaces a file that was refused, for it was shown', async (t) => {
    const house = await openPolicyHouse(t, { prepare: write(BAD) });
    const { keeper } = house;
    await keeper.change(keeper.guard.policyHash, change(house), () => ({ text: GOOD, paste: '' }));
    assert.equal(keeper.inForce.source, 'file');
    assert.deepEqual(keeper.problems, []);
  });

  test('at the same time as another one: the second is told that it came too late', async (t) => {
    const house = await openPolicyHouse(t);
    const { keeper } = house;
    const hash = keeper.guard.policyHash;
    const results = await Promise.allSettled(
      [GOOD, OTHER].map((text) => keeper.change(hash, change(house), () => ({ text, paste: '' }))),
    );
    assert.deepEqual(
      results.map(({ status }) => status),
      ['fulfilled', 'rejected'],
    );
    assert.equal(keeper.guard.policyText, GOOD);
  });
});
