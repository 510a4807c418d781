"""A mail server on this machine: puts each mail into a folder as a file, in the order in which they come.

While the folder has a file `hold`, a mail that is in its file already is not answered.
"""

import asyncio
import pathlib
import signal
import sys

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult

folder, port = pathlib.Path(sys.argv[1]), int(sys.argv[2])


class Mailbox:
    def __init__(self):
        self.count = 0

    async def handle_DATA(self, server, session, envelope):
        self.count += 1
        mail = folder / f"{self.count:04}.unfinished"
        mail.write_bytes(envelope.content)
        mail.rename(mail.with_suffix(".eml"))
        while (folder / "hold").exists():
            await asyncio.sleep(0.01)
        return "250 OK"


def is_known(server, session, envelope, mechanism, data):
    # Not handled: the library is to answer 535 where it is no success.
    return AuthResult(success=(data.login, data.password) == (b"polka", b"secret"), handled=False)


controller = Controller(
    Mailbox(), hostname="127.0.0.1", port=port, authenticator=is_known, auth_required=True, auth_require_tls=False
)
controller.start()
signal.sigwait({signal.SIGTERM, signal.SIGINT})
