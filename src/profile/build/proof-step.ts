import type { Complaint } from '../../domain/position.ts';
import { refuse } from '../complaints.ts';
import { child, type MapNode } from '../tree.ts';

type Finds = 'rows' | 'status' | 'json';

/** Which data each key of `expect` is about; the others are about the text that everything gives. */
const about: Readonly<Record<string, Finds>> = {
  rows: 'rows',
  column: 'rows',
  status: 'status',
  json: 'json',
};

/** What a proof expects that its operation never gives. */
export const fitComplaints = (
  step: MapNode,
  label: string,
  use: string,
  finds: readonly Finds[] = [],
): readonly Complaint[] => {
  const expect = child(step, 'expect');
  if (expect?.is !== 'map') return [];
  const possible = finds.includes('rows') ? ['rows', 'column and value'] : ['value'];
  const others = (['status', 'json'] as const).filter((one) => finds.includes(one));
  const words = [...possible, ...others];
  return [...expect.entries].flatMap(([key, { value }]) => {
    const wanted = Object.hasOwn(about, key) ? about[key] : undefined;
    if (wanted === undefined || finds.includes(wanted)) return [];
    const what = `${label}.expect.${key}: ${use} gives no ${wanted === 'json' ? 'JSON' : wanted}`;
    return [refuse(value.position, what, `write ${words.join(', ')} or matches`)];
  });
};
