/** The programs of frameworks for the web and for phones, and of content systems. */
import { rowsEffect } from '../../shell/code.ts';
import { readOptions } from '../../shell/options.ts';
import type { ServiceFamily } from './family.ts';

export const FRAMEWORKS: ServiceFamily = {
  names:
    'shopify wp drush magento rails artisan symfony craft directus strapi meteor expo eas fastlane ionic cordova react-native capacitor',
  read: 'routes, stats, about, notes, middleware, initializers, runner --help, time:zones, console, dbconsole, route:list, make:*, list:*',
  draft:
    'generate, g, console, c, generate:*, types, codegen, prepare, prebuild, test:*, spec, bundle, assets:precompile, assets:clean, tmp:clear, log:clear, cache:clear, optimize, route:cache, config:cache, config:clear, view:clear, clear-compiled, key:generate, storage:link, tinker, make, platform add, plugin add, plugin list, emulate, run-android, run-ios, run:*, ios, android, sync, copy, console:*, tool:*',
  deletes: 'sync --clean|--clean-force, api delete*, password delete',
  undoes: 'doctrine:*:drop, repo:reset, sql:drop, site-empty, search-replace, plugin delete',
  deploys: 'submit, build --auto-submit, update --branch, theme push',
  judges: {
    // `rails runner 'code'`, `artisan tinker --execute=code`.
    runner: (call) => {
      const [code] = readOptions(call.args, { values: new Set(['-e', '--environment']) }).operands;
      if (call.name !== 'rails' || !code || /^[\w./-]+\.rb$/.test(code.text)) return undefined;
      call.world.runArgs([{ text: 'ruby' }, { text: '-e' }, code], call.scope);
      const rows = rowsEffect(code.text);
      return { effects: rows ? [rows] : [], output: { from: 'program' } };
    },
    tinker: (call) => {
      const code = readOptions(call.args).value('--execute');
      if (code === undefined) return undefined;
      call.world.runArgs([{ text: 'php' }, { text: '-r' }, { text: code }], call.scope);
      const rows = rowsEffect(code);
      return { effects: rows ? [rows] : [], output: { from: 'program' } };
    },
  },
};
