import { subjects } from '@bakerst/shared/subjects';
import type { Closers } from './closers.ts';
import type { Ground } from './ground.ts';
import { PolicyKeeper } from './policy/policy-keeper.ts';
import { policyPlace } from './policy/policy-place.ts';

/** The policy in force from here on; it follows its file until it is closed. */
export function startPolicy(ground: Ground, owner: string, closers: Closers): PolicyKeeper {
  const { config, store, bus, relay, log } = ground;
  const keeper = new PolicyKeeper({
    place: policyPlace(config),
    store,
    now: ground.now,
    instance: ground.instance,
    auditEvent: ground.auditEvent,
    wakeRelay: () => relay.wake(),
    warn: (message) => log.warn(message),
    fail: (error, message) => log.error({ err: error }, message),
    onChange: () => {
      bus.publish(subjects.changes(owner), { type: 'changed', what: 'config', id: 'policy' });
      // What the tools page says of a tool stands in the policy.
      bus.publish(subjects.changes(owner), { type: 'changed', what: 'tools', id: 'policy' });
    },
  });
  closers.add('policy', () => keeper.close());
  return keeper;
}
