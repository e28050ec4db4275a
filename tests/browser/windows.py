"""Windows of one Chromium, used again by whoever comes next: to open one takes longer than many a page."""

import re

TOKEN = re.compile(r'name="csrf_token"[^>]* value="([^"]+)"')


class Windows:
    """Hands out pages as new: no cookies, nothing kept by the address that is visited, no routes."""

    def __init__(self, browser, address):
        self.browser, self.address = browser, address
        self.free = {}

    def open(self, width, height, *, theme="light", timeout=20_000, **options):
        """A page in a context with these options; nobody is signed in."""
        free = self.free.setdefault(tuple(sorted(options.items())), [])
        page = free.pop() if free else self._new(**options)
        page.set_viewport_size({"width": width, "height": height})
        page.emulate_media(color_scheme=theme)
        page.context.set_default_timeout(timeout)
        return page

    def _new(self, *, drawn=True, **options):
        """A page; one without drawings, where these are looked at elsewhere. A route would turn off what it keeps."""
        context = self.browser.new_context(**options)
        if not drawn:
            context.add_init_script("window.requestIdleCallback = () => 0")
        return context.new_page()

    def give_back(self, page, **options):
        """Leave what was visited and forget it; the same options as it was opened with."""
        context = page.context
        context.clear_cookies()  # what a page still sends when it is left brings no sign-in back
        page.goto("about:blank")
        for other in context.pages:
            if other is not page:
                other.close()
        page.unroute_all()
        context.unroute_all()
        context.clear_cookies()
        session = context.new_cdp_session(page)
        kept = {"origin": self.address, "storageTypes": "local_storage,indexeddb"}
        session.send("Storage.clearDataForOrigin", kept)
        session.detach()
        self.free[tuple(sorted(options.items()))].append(page)


def sign_in(page, address, login, password):
    """Sign somebody in where the page for it is not the matter: the same requests, of which nothing is drawn."""
    asks = page.context.request
    token = TOKEN.search(asks.get(f"{address}/sign-in").text())[1]
    form = {"login": login, "password": password, "csrf_token": token}
    answer = asks.post(f"{address}/sign-in", form=form, max_redirects=0)
    assert answer.status == 303, answer.text()
