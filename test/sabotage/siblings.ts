import type { Plan } from '../../src/domain/operation.ts';

/** Objects of one kind in each system: an act meant for one of them is carried out on the next. */
const families: Readonly<Record<string, readonly (readonly string[])[]>> = {
  'event-bus': [
    ['database', 'broker', 'trading-api'],
    ['eventbus_db', 'postgres'],
  ],
  saga: [
    ['saga-orchestrator', 'payment-service', 'inventory-service', 'notification-service'],
    ['saga-commands', 'saga-events'],
  ],
  eventmesh: [['vm-1', 'vm-2', 'vm-3']],
};

/** For each name that a step's plan addresses, the name of its sibling; empty when none is known. */
export const siblingsOf = (env: string, plan: Plan | undefined): ReadonlyMap<string, string> => {
  const family = families[env.split('/')[0] ?? ''] ?? [];
  const named = JSON.stringify(plan ?? {});
  const pairs = family.flatMap((names) => {
    const [found] = names.filter((name) => named.includes(name));
    const other = names.find((name) => name !== found && !named.includes(name));
    return found === undefined || other === undefined ? [] : [[found, other] as const];
  });
  return new Map(pairs);
};
