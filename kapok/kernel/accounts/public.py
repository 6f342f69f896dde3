"""Accounts: who can log in."""

from kapok.kernel.accounts.actions import check_login, make_token, open_account, sign_up
from kapok.kernel.accounts.errors import LoginFailed, LoginTaken, TooManyAttempts
from kapok.kernel.accounts.models import Account, ApiToken

__all__ = ["Account", "ApiToken", "LoginFailed", "LoginTaken", "TooManyAttempts", "check_login", "make_token", "open_account", "sign_up"]
