// What the demo model says: a run on the sample workspace that reads, fixes half of the bug, sees a test fail, mends it
// and sums up. Everything is derived from the conversation that arrives, so chats at the same time don't mix.

/** What the model and its endpoint are called: nobody should take them for an AI. */
export const demoModel = { id: 'demo-scripted', name: 'Scripted run', endpointLabel: 'Demo without AI' };

const codeFile = 'src/cart.js';
const testFile = 'test/cart.test.js';
const testCommand = 'node --test';

/** Each fix of the sample's bug: how to see in the file that it is made, and the edit that makes it. */
const fixes = [
  {
    isMade: (code) => code.includes('item.priceCents * item.quantity'),
    before: '  for (const item of items) {\n    cents += item.priceCents;\n  }\n',
    after: '  for (const item of items) {\n    cents += item.priceCents * item.quantity;\n  }\n',
    says: 'The sum ignores `quantity`: one apple and six apples cost the same. I multiply by it.',
    next: 'I run the tests to see whether that was all.',
  },
  {
    isMade: (code) => code.includes('Math.round('),
    before: '  return cents * (1 - discountPercent / 100);\n',
    after: '  return Math.round(cents * (1 - discountPercent / 100));\n',
    thinks:
      'One test still fails: 10 % off 297 cents is 267.3 cents, and the test wants whole cents. The discount has to be rounded.',
    says: 'One test still fails: a discount can leave a fraction of a cent (267.3 instead of 267). I round the result.',
    next: 'And the tests again.',
  },
];

/**
 * @typedef {{ name: string, arguments: Record<string, unknown> }} ToolCall
 * @typedef {{ thinks?: string, text: string, toolCalls: ToolCall[] }} Reply
 */

/**
 * The next thing to say in a conversation.
 * @param {{ messages: any[], tools?: any[] }} request the body of a chat completion request
 * @returns {Reply}
 */
export function nextReply({ messages, tools = [] }) {
  const folder = workspaceFolder(messages);
  const tool = toolsByName(tools);
  const missing = missingTools(tool);
  if (missing.length > 0) return say(answerWithoutTools(tools.length > 0 ? missing : []));
  if (!folder)
    return say(
      `${introduction} I only know the sample workspace that \`npm start\` opens, and this chat names no folder.`,
    );

  const rounds = roundsSincePrompt(messages);
  if (rounds.length === 0) {
    return {
      thinks: 'The tests say what is wanted, the code what is done: I read both first.',
      text: 'I look at the code and its tests first.',
      toolCalls: [tool.read(`${folder}/${codeFile}`), tool.read(`${folder}/${testFile}`)],
    };
  }
  const code = rounds[0]?.results[0] ?? '';
  if (!code.includes('totalCents')) {
    return say(
      `${introduction} I only know the sample workspace that \`npm start\` opens, and couldn't read its ${codeFile} here.`,
    );
  }
  const steps = stepsFor(code, folder, tool);
  return steps[rounds.length - 1] ?? say(summary(rounds));
}

/** After the reading: an edit and a test run for each fix that is still to be made; at least one test run. */
function stepsFor(code, folder, tool) {
  const open = fixes.filter(({ isMade }) => !isMade(code));
  if (open.length === 0)
    return [{ text: 'Both fixes are in the code already. I run the tests.', toolCalls: [tool.run(testCommand)] }];
  return open.flatMap(({ thinks, says, next, before, after }) => [
    { ...(thinks ? { thinks } : {}), text: says, toolCalls: [tool.edit(`${folder}/${codeFile}`, before, after, says)] },
    { text: next, toolCalls: [tool.run(testCommand)] },
  ]);
}

const introduction = "I'm Marginal's demo model: a script, no AI.";

function summary(rounds) {
  const lastResult = rounds.at(-1)?.results.at(-1) ?? '';
  const failed = /^\W*fail (\d+)/m.exec(lastResult)?.[1];
  if (failed !== undefined && failed !== '0') {
    return `${failed} of the tests still fail. This demo has no more ideas: restore the sample with \`npm start\`, and try again.`;
  }
  return [
    failed === '0' ? 'All tests pass.' : 'I made the fixes; the output of the last test run is above.',
    `\n- \`${codeFile}\`: the sum counts each item's quantity`,
    `- \`${codeFile}\`: the discount leaves whole cents`,
    '\nWhat each of these steps cost is in the status bar and on the dashboard (*Marginal: Open Dashboard*).',
  ].join('\n');
}

function answerWithoutTools(missing) {
  const why = missing.length === 0 ? '' : ` This chat offers me no tool to ${missing.join(', ')}.`;
  return `${introduction}${why} Choose **Agent** below the prompt and ask me to *make the tests pass*: I then read, edit and test the sample workspace, while the status bar shows what it costs.`;
}

function say(text) {
  return { text, toolCalls: [] };
}

/** What was called since the person's last prompt: one round for each answer that called tools, with the texts that came back. */
function roundsSincePrompt(messages) {
  const prompt = messages.findLastIndex(({ role, content }) => role === 'user' && textOf(content).trim() !== '');
  const rounds = [];
  for (const message of messages.slice(prompt + 1)) {
    if (message.role === 'assistant' && message.tool_calls?.length > 0) rounds.push({ results: [] });
    if (message.role === 'tool') rounds.at(-1)?.results.push(textOf(message.content));
  }
  return rounds;
}

/** VS Code tells the model which folders are open. */
function workspaceFolder(messages) {
  for (const { role, content } of messages) {
    if (role !== 'user' && role !== 'system') continue;
    const folder = /workspace with the following folders:\s*\n\s*- (\S.*?)\s*\n/.exec(textOf(content))?.[1];
    if (folder) return folder;
  }
  return undefined;
}

function textOf(content) {
  if (typeof content === 'string') return content;
  return Array.isArray(content) ? content.map(({ text }) => text ?? '').join('') : '';
}

/** The tools of VS Code's agent mode that the run needs, as functions that make a call of what is offered under each name. */
function toolsByName(tools) {
  const offered = new Map(tools.map(({ function: tool }) => [tool.name, tool.parameters?.properties ?? {}]));
  const call = (name, values) => ({
    name,
    arguments: Object.fromEntries(Object.entries(values).filter(([key]) => key in offered.get(name))),
  });
  return {
    ...(offered.has('read_file') && {
      read: (filePath) => call('read_file', { filePath, startLine: 1, endLine: 200 }),
    }),
    ...(offered.has('run_in_terminal') && {
      run: (command) =>
        call('run_in_terminal', {
          command,
          explanation: 'Run the tests',
          goal: 'Run the tests',
          mode: 'sync',
          isBackground: false,
          timeout: 60_000,
        }),
    }),
    ...editTool(offered, call),
  };
}

function editTool(offered, call) {
  if (offered.has('replace_string_in_file')) {
    return {
      edit: (filePath, oldString, newString, explanation) =>
        call('replace_string_in_file', { filePath, oldString, newString, explanation }),
    };
  }
  if (offered.has('insert_edit_into_file')) {
    return {
      edit: (filePath, _before, after, explanation) =>
        call('insert_edit_into_file', {
          filePath,
          explanation,
          code: `// ...existing code...\n${after}// ...existing code...`,
        }),
    };
  }
  return {};
}

function missingTools(tool) {
  return [
    [tool.read, 'read files'],
    [tool.edit, 'edit files'],
    [tool.run, 'run commands'],
  ]
    .filter(([use]) => !use)
    .map(([, what]) => what);
}
