import { expect, test } from 'vitest';
import { withoutMarks } from '../../../src/ui/features/signals/whole-words.ts';

test.each([
  ['Response time p99', 'Response…p99', 'Response p99'],
  ['Error rate (Prometheus)', 'Error rate…', 'Error rate'],
  ['SLA compliance (check script)', 'SLA…script)', 'SLA script'],
  ['Consumer lag: orchestrator (exporter)', 'Consumer lag:…(exporter)', 'Consumer lag: (exporter)'],
  ['Consumer lag: orchestrator', 'Consumer lag:…', 'Consumer lag'],
])('the title %s that is shortened to %s has whole words: %s', (title, short, expected) => {
  expect(withoutMarks(short, title, '…')).toBe(expected);
});

test.each([
  ['payment-service error-rate', 'payment-…rate'],
  ['Consumer lag: orchestrator', '…lag: orchestrator'],
  ['Connectionpoolexhaustions', 'Connecti…'],
  ['Error rate', 'Error rate'],
])('a part of a word keeps its mark: %s as %s', (title, short) => {
  expect(withoutMarks(short, title, '…')).toBe(short);
});
