import { openSqliteStore } from '../open-sqlite-store.ts';
import {
  acceptClaimed,
  append,
  createScenario,
  modelEnded,
  modelStarted,
  type Scenario,
  turnEnded,
} from './scenario.ts';

/**
 * Works on a store until it is killed and reports each unit that was resolved, so that the parent can compare what
 * was promised with what is there. `crash-child.ts <file> [callers]`
 */
const [file = '', callers = '4'] = process.argv.slice(2);
const store = await openSqliteStore({ file });
const scenario = await createScenario(store);
await Promise.all(Array.from({ length: Number(callers) }, () => work(scenario)));

export interface Report {
  readonly turn: string;
  /** Last seq that was resolved. */
  readonly seq: number;
  readonly principal: string;
}

async function work(scene: Scenario): Promise<never> {
  for (;;) {
    const { record, lease } = await acceptClaimed(scene, {
      text: 'x'.repeat(Math.floor(Math.random() * 6_000)),
    });
    const report = (seq: number) =>
      process.send?.({ turn: record.id, seq, principal: scene.access.principal } satisfies Report);
    report(1);
    const call = scene.ids('modelCall');
    const hold = { call, micros: 10, scopes: [{ key: 'g', limitMicros: 1e12 }] };
    await append(scene, { lease, seq: 1 }, { steps: [modelStarted(scene, hold)], hold });
    report(2);
    const settlement = { call, micros: 7 };
    const steps = [modelEnded(scene, settlement, 'the answer'), turnEnded(scene)];
    await append(
      scene,
      { lease, seq: 2 },
      { steps, settlement, leaseAfter: 'ended', searchText: 'the answer' },
    );
    report(4);
  }
}
