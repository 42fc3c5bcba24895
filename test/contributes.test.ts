/** package.json and the code say the same: every command and setting has code behind it, and the reverse. */
import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { ALLOCATOR_MODES } from '../src/core/allocate/choiceSettings.ts';
import {
  DEFAULT_ATTENTION_SHARE,
  DEFAULT_HOURLY_RATE_DOLLARS,
  DEFAULT_MINUTES_SAVED,
} from '../src/core/allocate/taskValue.ts';
import { METERS } from '../src/core/meters.ts';
import { TASK_KINDS, TASK_SIZES } from '../src/core/quality/taskClass.ts';
import { OPENABLE_SETTINGS } from '../src/protocol/dashboard.ts';

const root = new URL('../', import.meta.url);

function textOf(relative: string): string {
  return readFileSync(new URL(relative, root), 'utf8');
}

interface Setting {
  readonly enum?: readonly string[];
  readonly items?: Schema;
  readonly default: unknown;
  readonly markdownDescription?: string;
  readonly scope?: string;
}
interface Schema {
  readonly enum?: readonly string[];
  readonly properties?: Readonly<Record<string, Schema>>;
}
interface Manifest {
  readonly icon?: string;
  readonly contributes: {
    readonly commands: readonly { readonly command: string; readonly title: string }[];
    readonly configuration: readonly { readonly properties: Readonly<Record<string, Setting>> }[];
    readonly views: Readonly<Record<string, readonly { readonly id: string; readonly icon?: string }[]>>;
    readonly viewsContainers: { readonly activitybar: readonly { readonly id: string; readonly icon: string }[] };
    readonly menus: Readonly<Record<string, readonly { readonly command: string; readonly when?: string }[]>>;
    readonly walkthroughs: readonly {
      readonly steps: readonly {
        readonly description: string;
        readonly media: Readonly<Record<string, string>>;
        readonly completionEvents: readonly string[];
      }[];
    }[];
  };
}

const manifest = JSON.parse(textOf('package.json')) as Manifest;
const { contributes } = manifest;
const commands = contributes.commands.map(({ command }) => command).sort();
const settings: Readonly<Record<string, Setting>> = Object.assign(
  {},
  ...contributes.configuration.map(({ properties }) => properties),
);

const source = readdirSync(fileURLToPath(new URL('src', root)), { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.ts'))
  .map((file) => textOf(`src/${file}`))
  .join('\n');
const settingsSource = textOf('src/editor/settings.ts');

test('every command is registered, and what is registered is a command', () => {
  const registered = [...textOf('src/editor/commands.ts').matchAll(/^ {4}'(marginal\.\w+)':/gm)].map(
    (match) => match[1],
  );
  assert.deepEqual(registered.sort(), commands);
});

test('every command that is named anywhere exists', () => {
  const walkthroughs = contributes.walkthroughs.flatMap(({ steps }) => steps);
  const named = [
    ...[...source.matchAll(/command:(marginal\.\w+)/g)].map((match) => match[1]),
    ...[...source.matchAll(/\.command = '(marginal\.\w+)'/g)].map((match) => match[1]),
    ...Object.values(contributes.menus).flatMap((items) => items.map(({ command }) => command)),
    ...walkthroughs.flatMap(({ description, completionEvents }) =>
      [...`${description} ${completionEvents.join(' ')}`.matchAll(/(?:command|onCommand):(marginal\.\w+)/g)].map(
        (match) => match[1],
      ),
    ),
  ];
  assert(named.length > 5);
  for (const command of named) assert(commands.includes(command ?? ''), `${command} is not a command`);
});

test('every setting is read, and what is read is a setting', () => {
  const named = [...settingsSource.matchAll(/section\.get(?:<\w+>)?\('([\w.]+)'/g)].map((match) => match[1]);
  const meters = METERS.map(({ name }) => `meters.${name}`);
  const read = [...named, ...meters].map((name) => `marginal.${name}`);
  assert.deepEqual([...new Set(read)].sort(), Object.keys(settings).sort());
});

test('the code’s fallback of a setting is its default', () => {
  const amounts = [...settingsSource.matchAll(/amount\(section\.get\('([\w.]+)'\), ([\d_.]+)\)/g)];
  const switches = [...settingsSource.matchAll(/section\.get<boolean>\('([\w.]+)', (true|false)\)/g)];
  assert(amounts.length > 0 && switches.length > 0);
  assert.match(settingsSource, /section\.get<boolean>\(`meters\.\$\{name\}`, true\)/);
  for (const { name } of METERS) assert.equal(settings[`marginal.meters.${name}`]?.default, true, name);
  for (const [, name, fallback = ''] of [...amounts, ...switches]) {
    assert.deepEqual(settings[`marginal.${name}`]?.default, JSON.parse(fallback.replaceAll('_', '')), name);
  }
});

test('the allocator’s settings have the defaults and the choices of the code', () => {
  assert.equal(settings['marginal.value.hourlyRateDollars']?.default, DEFAULT_HOURLY_RATE_DOLLARS);
  assert.equal(settings['marginal.value.attentionShare']?.default, DEFAULT_ATTENTION_SHARE);
  assert.deepEqual(settings['marginal.value.minutesSaved']?.default, DEFAULT_MINUTES_SAVED);
  assert.deepEqual(settings['marginal.allocator.mode']?.enum, ALLOCATOR_MODES);
  const rule = settings['marginal.rules']?.items?.properties?.when?.properties;
  assert.deepEqual([rule?.task?.enum, rule?.size?.enum], [TASK_KINDS, TASK_SIZES]);
});

test('every setting is described, has a default, and can’t be set by a workspace', () => {
  for (const [name, setting] of Object.entries(settings)) {
    assert((setting.markdownDescription ?? '').length > 20, `${name} has no description`);
    assert.notEqual(setting.default, undefined, `${name} has no default`);
    assert(['machine', 'application'].includes(setting.scope ?? ''), `a workspace could set ${name}`);
  }
});

test('settings that are named in the code and the walkthrough exist', () => {
  const known = Object.keys(settings);
  const walkthroughs = contributes.walkthroughs.flatMap(({ steps }) =>
    steps.flatMap(({ completionEvents }) => completionEvents),
  );
  const changed = walkthroughs.filter((event) => event.startsWith('onSettingChanged:')).map((event) => event.slice(17));
  for (const setting of changed) assert(known.includes(setting), `${setting} is not a setting`);
  for (const query of OPENABLE_SETTINGS) {
    assert(
      known.some((name) => name.startsWith(query)),
      `no setting begins with ${query}`,
    );
  }
});

test('views have code behind them, and every picture is there', () => {
  const views = Object.values(contributes.views).flat();
  for (const { id } of views) assert(source.includes(`viewId = '${id}'`), `${id} has no provider`);
  const containers = contributes.viewsContainers.activitybar;
  assert.deepEqual(
    Object.keys(contributes.views),
    containers.map(({ id }) => id),
  );
  const steps = contributes.walkthroughs.flatMap(({ steps }) => steps);
  const pictures = [
    manifest.icon,
    ...[...containers, ...views].map(({ icon }) => icon),
    ...steps.flatMap(({ media }) => [media.svg, media.markdown, media.image]),
  ].filter((picture) => picture !== undefined);
  assert(pictures.length > 3);
  for (const picture of pictures) assert(existsSync(new URL(picture, root)), `${picture} is missing`);
});
