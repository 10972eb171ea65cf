import { expect, test } from 'vitest';
import type { IncidentTarget } from '../../../src/incidents/incident-clock.ts';
import { targetRuns } from '../../../src/ui/features/incidents/incident-texts.ts';
import { createTextPen } from '../../../src/ui/kit/text/pen.ts';

const textOf = (target: Pick<IncidentTarget, 'title' | 'state' | 'text'>): string => {
  const pen = createTextPen(false);
  return targetRuns({ pen } as Parameters<typeof targetRuns>[0], target as IncidentTarget)
    .map(({ text }) => text)
    .join('');
};

test('a target says its title once', () => {
  expect(textOf({ title: 'Acknowledge', state: 'met', text: 'acknowledged after 7s' })).toBe(
    '✓ acknowledged after 7s',
  );
  expect(textOf({ title: 'Acknowledge', state: 'late', text: '7m late' })).toBe('✗ acknowledge 7m late');
  expect(textOf({ title: 'Next update', state: 'pending', text: '25m left' })).toBe('next update 25m left');
});
