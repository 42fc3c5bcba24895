import { appendFileSync } from 'node:fs';
import * as vscode from 'vscode';
import { registerEditTools } from './editTools.ts';
import { toolResultText } from './convert.ts';
export function registerParticipant(): vscode.Disposable {
  const p = vscode.chat.createChatParticipant('marginal.chat', async (request, context, stream, token) => {
    const log = (s: string) => appendFileSync('/tmp/spike/log.txt', `${s}\n`);
    log(JSON.stringify(context.history.map((h) => h instanceof vscode.ChatResponseTurn ? { r: h.result, c: h.command } : { p: (h as vscode.ChatRequestTurn).prompt })));
    token.onCancellationRequested(() => log('cancelled by token'));
    if (request.command === 'do') {
      const folder = vscode.workspace.workspaceFolders?.[0]?.uri.fsPath;
      let n = 0;
      for (const [name, input] of JSON.parse(request.prompt.replaceAll('FOLDER', folder ?? '')) as [string, object][]) {
        stream.progress(`Step ${++n} · gpt-5-mini · next ≈ 5 cr (3–9) · worth +14 cr · continue`);
        stream.markdown(`I shall call ${name} now.\n\n`);
        try {
          const result = await vscode.lm.invokeTool(name, { input, toolInvocationToken: request.toolInvocationToken }, token);
          log(`${name} -> OK ${toolResultText(result.content).slice(0, 1500)}`);
        } catch (e) {
          log(`${name} -> ERR ${(e as Error).name} ${(e as Error).message}`);
        }
      }
    }
    stream.markdown('\n\nDone.\n\n| a | b |\n|:--|--:|\n| x | 1 |\n');
    stream.button({ command: 'workbench.action.chat.open', title: 'Go on', arguments: [{ query: '@marginal /budget later' }] });
    return { metadata: { session: 'abc', at: Date.now() } };
  });
  p.onDidReceiveFeedback((f) => appendFileSync('/tmp/spike/log.txt', `feedback ${f.kind} ${JSON.stringify(f.result)}\n`));
  return vscode.Disposable.from(p, registerEditTools());
}
