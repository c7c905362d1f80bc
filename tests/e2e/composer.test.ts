import { expect, test } from 'bun:test'
import { bodies, fromEnd, hasFocus, reaches, say, screen, written } from '../support/screen'
import { describeSite, send } from '../support/site'
import { until } from '../support/until'

describeSite('composer', (site) => {
  /** Somebody with two channels, the first of them open. */
  async function inChannels(viewport = { width: 1280, height: 800 }) {
    const ada = await site.person('Ada Lind')
    const ben = await site.person('Ben Okafor')
    const alpha = await site.channel('alpha', ada, ben)
    const beta = await site.channel('beta', ada, ben)
    const page = await site.open({ as: ada, id: alpha })
    await page.setViewportSize(viewport)
    return { ada, ben, alpha, beta, page }
  }

  test('item 1: Enter sends and Shift+Enter breaks the line; a setting makes it Ctrl+Enter that sends', async () => {
    const { page } = await inChannels()
    const composer = screen.composer(page)
    await composer.pressSequentially('one')
    await composer.press('Shift+Enter')
    await composer.pressSequentially('two')
    expect(await written(page)).toBe('one\ntwo')
    await composer.press('Enter')
    await screen.message(page, 'one').waitFor()
    expect(await bodies(page)).toEqual(['one\ntwo'])
    expect(await written(page)).toBe('')

    await page.getByRole('button', { name: /Ada Lind/ }).click()
    await page.getByRole('menuitemcheckbox', { name: 'Enter sends' }).click()
    await page.keyboard.press('Escape')
    await page.getByRole('menu').waitFor({ state: 'detached' })
    await composer.pressSequentially('three')
    await composer.press('Enter')
    await composer.pressSequentially('four')
    expect(await written(page)).toBe('three\nfour')
    await composer.press('Control+Enter')
    await screen.message(page, 'three').waitFor()
    expect(await bodies(page)).toEqual(['one\ntwo', 'three\nfour'])
    await page.reload()
    await composer.fill('still so after a reload')
    await composer.press('Enter')
    expect(await written(page)).toBe('still so after a reload\n')
  }, 60_000)

  test('item 11: what is left is counted from nine tenths on; above 8,000 code points nothing is sent and the text is kept', async () => {
    const { page } = await inChannels()
    const composer = screen.composer(page)
    const sendButton = page.getByRole('button', { name: 'Send' })
    await composer.fill('x'.repeat(7_199))
    expect(await page.getByText('characters left').count()).toBe(0)
    await composer.fill('x'.repeat(7_200))
    await page.getByText('800 characters left').waitFor()
    // Two units of UTF-16 each, and one code point.
    await composer.fill('🦉'.repeat(8_000))
    await page.getByText('0 characters left').waitFor()
    expect(await sendButton.isEnabled()).toBe(true)
    const long = '🦉'.repeat(8_001)
    await composer.fill(long)
    await page.getByRole('alert').getByText('too many').waitFor()
    expect(await sendButton.isDisabled()).toBe(true)
    await composer.press('Enter')
    expect(await written(page)).toBe(long)
    expect(await screen.messages(page).count()).toBe(0)
  }, 60_000)

  test('item 12: the composer has the focus in an open channel, and a letter typed elsewhere goes there, but not out of a field or a dialog', async () => {
    const { page, beta } = await inChannels()
    // By its tag: behind a dialog it has no role.
    const focused = () => hasFocus(page.locator('textarea'))
    await until(focused)
    await screen.entry(page, 'beta').click()
    await page.waitForURL(`**/c/${beta}`)
    await until(focused)

    await page.getByRole('heading', { level: 1 }).click()
    expect(await focused()).toBe(false)
    await page.keyboard.type('hello')
    expect(await written(page)).toBe('hello')

    const filter = page.getByRole('searchbox', { name: 'Find a conversation' })
    await filter.pressSequentially('al')
    expect(await filter.inputValue()).toBe('al')
    expect(await written(page)).toBe('hello')

    await page.getByRole('button', { name: 'New message' }).click()
    await page.getByRole('dialog').waitFor()
    await page.getByRole('button', { name: 'Close' }).focus()
    await page.keyboard.type('z')
    expect(await focused()).toBe(false)
    expect(await page.locator('textarea').inputValue()).toBe('hello')
  }, 60_000)

  test('item 13: each channel keeps its draft over switching, a reload and a restart, marked in the sidebar until it is sent', async () => {
    const { page } = await inChannels()
    const marked = screen.sidebar(page).getByRole('link', { name: 'alpha, draft' })
    await screen.composer(page).pressSequentially('half a thought')
    await screen.entry(page, 'beta').click()
    await until(async () => (await written(page)) === '')
    await marked.waitFor()
    await screen.composer(page).pressSequentially('of beta')
    await screen.entry(page, 'alpha').click()
    await until(async () => (await written(page)) === 'half a thought')
    await page.reload()
    await until(async () => (await written(page)) === 'half a thought')

    const url = page.url()
    const context = page.context()
    await page.close()
    const again = await context.newPage()
    await again.goto(url)
    await until(async () => (await written(again)) === 'half a thought')
    await screen.entry(again, 'beta').click()
    await until(async () => (await written(again)) === 'of beta')
    await screen.entry(again, 'alpha').click()
    await until(async () => (await written(again)) === 'half a thought')
    await screen.composer(again).press('Enter')
    await reaches(again, 'half a thought', 'sent')
    expect(await written(again)).toBe('')
    await screen.sidebar(again).getByRole('link', { name: 'alpha', exact: true }).waitFor()
    await again.reload()
    await screen.message(again, 'half a thought').waitFor()
    expect(await written(again)).toBe('')
  }, 60_000)

  test('item 13: the text of a refused message is in the composer again', async () => {
    const { page } = await inChannels()
    await page.route('**/trpc/messages.send**', (route) => route.fulfill({ status: 413, body: 'too much' }))
    await say(page, 'refused on the way')
    await reaches(page, 'refused on the way', 'failed')
    await until(async () => (await written(page)) === 'refused on the way')
  }, 60_000)

  test('item 15: ArrowUp edits the last own message from an empty composer, and moves the caret in any other', async () => {
    const { ada, ben, alpha, page } = await inChannels()
    await send(ada, alpha, 'mine, the last')
    await send(ben, alpha, 'somebody else’s')
    await screen.message(page, 'somebody else’s').waitFor()
    const composer = screen.composer(page)
    await composer.pressSequentially('first line')
    await composer.press('Shift+Enter')
    await composer.press('ArrowUp')
    await page.keyboard.type('>')
    expect(await written(page)).toBe('>first line\n')
    await composer.fill('')
    await composer.press('ArrowUp')
    const editor = page.getByRole('textbox', { name: 'Edit the message' })
    await editor.waitFor()
    expect(await editor.inputValue()).toBe('mine, the last')
    await page.keyboard.type(', edited')
    await page.keyboard.press('Enter')
    await screen.message(page, 'mine, the last, edited').getByText('(edited)').waitFor()
    await until(() => hasFocus(composer))
  }, 60_000)

  test('item 16: Esc gives up an edit and goes back to the composer with the draft of before', async () => {
    const { ada, alpha, page } = await inChannels()
    await send(ada, alpha, 'as it was')
    await screen.composer(page).fill('a draft of before')
    await screen.message(page, 'as it was').hover()
    await screen.message(page, 'as it was').getByRole('button', { name: 'Edit' }).click()
    const editor = page.getByRole('textbox', { name: 'Edit the message' })
    await editor.fill('changed, and then not')
    await editor.press('Escape')
    await until(() => hasFocus(screen.composer(page)))
    expect(await written(page)).toBe('a draft of before')
    expect(await bodies(page)).toEqual(['as it was'])
  }, 60_000)

  test('item 17: the composer grows to 40 % of the window and scrolls then, and the list stays at its end', async () => {
    const { ada, alpha, page } = await inChannels({ width: 1000, height: 600 })
    for (let n = 1; n <= 20; n++) await send(ada, alpha, `line ${n} of a full window`)
    await screen.message(page, 'line 20 of').waitFor()
    const height = () => screen.composer(page).evaluate((field) => field.clientHeight)
    const heights = [await height()]
    for (const lines of [3, 6, 9, 40]) {
      await screen.composer(page).fill(Array.from({ length: lines }, (_, n) => `${n}`).join('\n'))
      await until(async () => (await fromEnd(page)) < 1, { what: `the end is in sight at ${lines} lines` })
      heights.push(await height())
    }
    expect(heights).toEqual(heights.toSorted((a, b) => a - b))
    expect(new Set(heights).size).toBe(heights.length)
    expect(heights.at(-1)).toBe(240)
    expect(await screen.composer(page).evaluate((field) => field.scrollHeight > field.clientHeight)).toBe(
      true,
    )
  }, 60_000)
})
