import { describe, expect, test } from 'vitest';
import { shopLines, shopWith } from './support/shop-lines.ts';
import { openCockpit } from './support/user.ts';

const sizes: readonly (readonly [number, number])[] = [
  [80, 24],
  [120, 36],
  [200, 60],
];

describe.each(sizes)('%i × %i', (columns, rows) => {
  const open = async () => {
    const user = await openCockpit({ size: [columns, rows], scene: shopWith(shopLines()) });
    await user.press(columns >= 180 ? '8 z' : '8');
    return user;
  };
  const name = `${columns}x${rows}`;

  test('the newest lines of every stream, followed', async () => {
    const user = await open();
    await user.seesScreen(`logs-follow-${name}`);
  });

  test('chips, a hit, and lines that stand still', async () => {
    const user = await open();
    await user.press('-');
    await user.type('healthz');
    await user.press('enter v');
    await user.press('/');
    await user.type('timeout');
    await user.press('enter');
    expect(user.rows().join('\n')).toContain('/timeout/ 2 of 2');
    await user.seesScreen(`logs-chips-${name}`);
  });

  test('a line that is opened tells its trace', async () => {
    const user = await open();
    await user.press('[ [ enter');
    await user.seesScreen(`logs-opened-${name}`);
  });
});

test('from 180 columns on the overview has the gravest lines at its right', async () => {
  const user = await openCockpit({ size: [200, 60], scene: shopWith(shopLines()) });
  await user.seesScreen('logs-overview-200x60');
});
