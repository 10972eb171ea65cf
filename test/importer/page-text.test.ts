import { expect, test } from 'vitest';
import { pageText } from '../../src/importer/page-text.ts';

const page = `# TargetDown

See [the **dashboard**](https://grafana.example/d/1) first.

## Diagnosis

1. Look at the pods: \`kubectl get pods -n shop\`

\`\`\`sh
# restart it
kubectl rollout restart deployment/billing \\
  -n shop
curl -u ops:hunter2 http://billing:8080/health
\`\`\`

## Disk is full!

It is **not** \`a **b** c\`.
`;

test('a page keeps its lines; links and emphasis are text, code is indented', () => {
  const { lines } = pageText(page, 'TargetDown.md', '');
  expect(lines).toHaveLength(page.split('\n').length);
  expect(lines.slice(0, 3)).toEqual([
    '# TargetDown',
    '',
    'See the **dashboard** (https://grafana.example/d/1) first.'.replaceAll('**', ''),
  ]);
  expect(lines[9]).toBe('    # restart it');
  expect(lines[17]).toBe('It is not `a **b** c`.');
});

test('commands are found with their first line and danger; secrets are left out', () => {
  const { commands, lines } = pageText(page, 'TargetDown.md', '');
  expect(commands).toEqual([
    { line: 6, text: 'kubectl get pods -n shop', danger: 'read' },
    { line: 10, text: expect.stringContaining('kubectl rollout restart'), danger: 'disruptive' },
    { line: 12, text: 'curl -u ops:<secret left out> http://billing:8080/health', danger: 'read' },
  ]);
  expect(lines.join('\n')).not.toContain('hunter2');
});

test('an anchor names the heading at which the page begins to be read', () => {
  expect(pageText(page, 'TargetDown.md', 'disk-is-full').start).toBe(15);
  expect(pageText(page, 'TargetDown.md', 'other').start).toBeUndefined();
});

test('terminal controls of a page are removed, and an HTML page stays text', () => {
  const { lines, commands } = pageText(
    'a\u001b[2Jb \u001b]0;title\u0007c\r\n<script>rm -rf /</script>',
    'x.md',
    '',
  );
  expect(lines).toEqual(['ab c', '<script>rm -rf /</script>']);
  expect(commands).toEqual([]);
});
