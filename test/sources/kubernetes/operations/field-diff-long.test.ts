import { expect, test } from 'vitest';
import { fieldDiff } from '../../../../src/sources/kubernetes/operations/write/field-diff.ts';

const options = (last: string) => ({
  spec: {
    value: `-XX:+UseZGC -XX:+ZGenerational -Dspring.profiles.active=prod -Dlogging.level.root=INFO ${last}`,
  },
});

test('two long texts are truncated around their first difference', () => {
  const [line = ''] = fieldDiff(options('-Xmx1g -Xms1g'), options('-Xmx2g -Xms1g'));
  expect(line).toContain('-Xmx1g');
  expect(line).toContain('-Xmx2g');
  expect(line).toMatch(/^spec\.value: ….* → …/);
});

test('a text that extends the other is shown by its end', () => {
  expect(fieldDiff(options(''), options('-Xmx2g'))[0]).toContain('-Xmx2g');
});
