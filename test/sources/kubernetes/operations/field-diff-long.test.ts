import { expect, test } from 'vitest';
import { fieldDiff } from '../../../../src/sources/kubernetes/operations/field-diff.ts';

const options = (last: string) => ({
  spec: {
    value: `-XX:+UseZGC -XX:+ZGenerational -Dspring.profiles.active=prod -Dlogging.level.root=INFO ${last}`,
  },
});

test('two long texts are cut so that the place where they differ is seen', () => {
  const [line = ''] = fieldDiff(options('-Xmx1g -Xms1g'), options('-Xmx2g -Xms1g'));
  expect(line).toContain('-Xmx1g');
  expect(line).toContain('-Xmx2g');
  expect(line).toMatch(/^spec\.value: ….* → …/);
});

test('one that goes on where the other ends is told by its end', () => {
  expect(fieldDiff(options(''), options('-Xmx2g'))[0]).toContain('-Xmx2g');
});
